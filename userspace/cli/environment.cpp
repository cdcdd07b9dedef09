// SPDX-License-Identifier: MIT
#include "cli/environment.h"

#include <ctime>
#include <fstream>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <unistd.h>

namespace error_report {

Origin read_origin() {
    Origin origin;
    // Without /proc the field is empty, which is no reason to deliver nothing.
    std::ifstream("/proc/sys/kernel/random/boot_id") >> origin.boot_id;
    utsname names{};
    if (uname(&names) == 0) {
        origin.host = static_cast<const char*>(names.nodename);
        origin.kernel = static_cast<const char*>(names.release);
    }
    return origin;
}

std::uint64_t now() {
    timespec time{};
    clock_gettime(CLOCK_REALTIME, &time);
    constexpr std::uint64_t ns_per_second = 1'000'000'000;
    return static_cast<std::uint64_t>(time.tv_sec) * ns_per_second +
           static_cast<std::uint64_t>(time.tv_nsec);
}

std::size_t terminal_width() {
    winsize size{};
    if (isatty(STDOUT_FILENO) == 0 || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0)
        return 0;
    return size.ws_col;
}

} // namespace error_report
