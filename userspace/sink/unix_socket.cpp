// SPDX-License-Identifier: MIT
#include "sink/unix_socket.h"

#include <cerrno>
#include <fmt/format.h>

namespace error_report {
namespace {

// The listener is gone, perhaps for another one.
bool is_gone(int error) {
    return error == EPIPE || error == ECONNRESET || error == ECONNREFUSED || error == ENOTCONN;
}

int send_datagram(int fd, std::string_view frame) {
    while (::send(fd, frame.data(), frame.size(), MSG_NOSIGNAL) < 0)
        if (errno != EINTR)
            return errno;
    return 0;
}

} // namespace

Result<std::unique_ptr<Sink>> UnixSink::open(const std::string& path) {
    return UnixAddress::of(path).map([&](const UnixAddress& address) -> std::unique_ptr<Sink> {
        std::unique_ptr<UnixSink> sink(new UnixSink(path, address));
        // With the privileges that are still there. write() says it where nobody listens yet.
        static_cast<void>(sink->connect());
        return sink;
    });
}

int UnixSink::connect(int type) {
    FileDescriptor fd(socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
    if (!fd)
        return errno;
    while (::connect(fd.fd(), address_.get(), address_.size()) != 0)
        if (errno != EINTR)
            return errno;
    fd_ = std::move(fd);
    type_ = type;
    return 0;
}

int UnixSink::connect() {
    const int error = connect(SOCK_STREAM);
    // An abstract name is looked up by its type too, so there the other type is no protocol but a
    // stranger.
    if (error != EPROTOTYPE && error != ECONNREFUSED)
        return error;
    const int other = connect(SOCK_DGRAM);
    return other == EPROTOTYPE ? error : other;
}

int UnixSink::send(std::string_view frame) {
    return type_ == SOCK_DGRAM ? send_datagram(fd_.fd(), frame) : partial_.write(fd_.fd(), frame);
}

tl::expected<void, SinkError> UnixSink::write(std::string_view frame) {
    using enum SinkError::Kind;
    // The second attempt is for a listener that was restarted since the last frame.
    for (int attempts = 2; attempts > 0; --attempts) {
        if (!fd_)
            if (const int error = connect(); error != 0)
                return sink_error(
                    retry, fmt::format("cannot connect to {}: {}", path_, errno_text(error)));
        const int error = send(frame);
        if (error == 0)
            return {};
        if (error == EMSGSIZE)
            return sink_error(
                refused, fmt::format(
                             "{} takes no datagram of {} bytes; a smaller --max-line or a larger "
                             "net.core.wmem_default helps",
                             path_, frame.size()));
        if (!is_gone(error))
            return sink_error(
                retry, fmt::format("cannot write to {}: {}", path_, errno_text(error)));
        fd_ = FileDescriptor();
        partial_.restart();
    }
    return sink_error(retry, fmt::format("{} closes each connection", path_));
}

} // namespace error_report
