// SPDX-License-Identifier: MIT
#include "sink/descriptor.h"

#include <cerrno>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

namespace error_report {
namespace {

// Somebody may have made the descriptor non-blocking: it is shared with whoever opened it.
void wait_until_writable(int fd) {
    pollfd waiting{.fd = fd, .events = POLLOUT, .revents = 0};
    poll(&waiting, 1, -1);
}

} // namespace

Error Descriptor::closed() const {
    return {ErrorKind::failure, fmt::format("{} was closed by its reader", name_)};
}

Result<void> Descriptor::write(std::string_view line) {
    while (!line.empty()) {
        const auto written = ::write(fd_, line.data(), line.size());
        if (written >= 0) {
            line.remove_prefix(static_cast<std::size_t>(written));
            continue;
        }
        if (errno == EAGAIN)
            wait_until_writable(fd_);
        else if (errno == EPIPE)
            return tl::unexpected(closed());
        else if (errno != EINTR)
            return fail(fmt::format("cannot write to {}: {}", name_, errno_text(errno)));
    }
    return {};
}

} // namespace error_report
