// SPDX-License-Identifier: MIT
#include "sink/journald.h"

#include "sink/partial.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>

namespace error_report {
namespace {

// A file in memory that can never change again, which journald insists on.
tl::expected<FileDescriptor, int> sealed_copy(std::string_view frame) {
    constexpr int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
    FileDescriptor fd(memfd_create("error-report", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!fd)
        return tl::unexpected(errno);
    if (const int error = Partial().write(fd.fd(), frame); error != 0)
        return tl::unexpected(error);
    if (fcntl(fd.fd(), F_ADD_SEALS, seals) != 0)
        return tl::unexpected(errno);
    return fd;
}

} // namespace

Result<std::unique_ptr<Sink>> JournaldSink::open(const std::string& path) {
    const auto address = UnixAddress::of(path);
    if (!address)
        return tl::unexpected(address.error());
    FileDescriptor fd(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!fd)
        return fail(fmt::format("cannot open a socket to journald: {}", errno_text(errno)));
    return std::unique_ptr<Sink>(new JournaldSink(std::move(fd), *address));
}

int JournaldSink::send(std::string_view frame) const {
    while (sendto(
               fd_.fd(), frame.data(), frame.size(), MSG_NOSIGNAL, address_.get(),
               address_.size()) < 0)
        if (errno != EINTR)
            return errno;
    return 0;
}

int JournaldSink::send_file(int file) const {
    auto address = address_; // sendmsg(2) does not promise to leave it alone
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
    msghdr message{};
    message.msg_name = address.get();
    message.msg_namelen = address.size();
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    auto* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(header), &file, sizeof(file));
    while (sendmsg(fd_.fd(), &message, MSG_NOSIGNAL) < 0)
        if (errno != EINTR)
            return errno;
    return 0;
}

tl::expected<void, SinkError> JournaldSink::write(std::string_view frame) {
    using enum SinkError::Kind;
    int error = send(frame);
    if (error == EMSGSIZE || error == ENOBUFS) {
        const auto copy = sealed_copy(frame);
        if (!copy)
            // Memory comes back, but a sandbox without memfd_create(2) stays.
            return sink_error(
                copy.error() == EPERM || copy.error() == ENOSYS ? refused : retry,
                fmt::format(
                    "cannot put an entry of {} bytes into a memfd for journald: {}", frame.size(),
                    errno_text(copy.error())));
        error = send_file(copy->fd());
    }
    if (error == 0)
        return {};
    return sink_error(retry, fmt::format("cannot write to journald: {}", errno_text(error)));
}

} // namespace error_report
