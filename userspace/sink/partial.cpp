// SPDX-License-Identifier: MIT
#include "sink/partial.h"

#include <cerrno>
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

int Partial::write(int fd, std::string_view frame) {
    while (out_ < frame.size()) {
        const auto rest = frame.substr(out_);
        const auto written = ::write(fd, rest.data(), rest.size());
        if (written >= 0)
            out_ += static_cast<std::size_t>(written);
        else if (errno == EAGAIN)
            wait_until_writable(fd);
        else if (errno != EINTR)
            return errno;
    }
    restart();
    return 0;
}

} // namespace error_report
