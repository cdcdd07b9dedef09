// SPDX-License-Identifier: MIT
#include "cli/environment.h"

#include <cstdlib>
#include <fcntl.h>
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

void reserve_standard_descriptors() {
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        if (fcntl(fd, F_GETFD) < 0)
            // It gets the lowest number that is free: fd. Deliberately without O_CLOEXEC, as any
            // standard descriptor.
            open("/dev/null", O_RDONLY);
}

std::size_t terminal_width() {
    winsize size{};
    if (isatty(STDOUT_FILENO) == 0 || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0)
        return 0;
    return size.ws_col;
}

bool colour_is_wanted() {
    const char* value = std::getenv("NO_COLOR"); // NOLINT(concurrency-mt-unsafe): nobody sets it
    return value == nullptr || *value == '\0';
}

} // namespace error_report
