// SPDX-License-Identifier: MIT
#include "cli/wakeup.h"

#include <cerrno>
#include <fmt/format.h>
#include <sys/eventfd.h>

namespace error_report {

Result<std::shared_ptr<Wakeup>> Wakeup::make() {
    FileDescriptor fd(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!fd)
        return fail(fmt::format("cannot make an eventfd: {}", errno_text(errno)));
    return std::shared_ptr<Wakeup>(new Wakeup(std::move(fd)));
}

void Wakeup::raise() const {
    // Fails only where it was raised 2^64 - 2 times.
    static_cast<void>(eventfd_write(fd_.fd(), 1));
}

void Wakeup::clear() const {
    eventfd_t count = 0;
    static_cast<void>(eventfd_read(fd_.fd(), &count));
}

} // namespace error_report
