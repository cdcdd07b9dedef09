// SPDX-License-Identifier: MIT
#include "output/file.h"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace error_report {
namespace {

// Returns errno, or 0.
int write_whole(int fd, std::string_view text) {
    while (!text.empty()) {
        const auto written = ::write(fd, text.data(), text.size());
        if (written < 0 && errno != EINTR)
            return errno;
        if (written > 0)
            text.remove_prefix(static_cast<std::size_t>(written));
    }
    return 0;
}

} // namespace

Result<void> replace_file(const std::string& path, std::string_view text, mode_t mode) {
    const auto failed = [&](int error) {
        return fail(fmt::format("cannot write {}: {}", path, errno_text(error)));
    };
    const auto next = path + ".new";
    const int fd = open(next.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode);
    if (fd < 0)
        return failed(errno);
    const int error = write_whole(fd, text);
    close(fd);
    if (error != 0)
        return failed(error);
    if (std::rename(next.c_str(), path.c_str()) != 0)
        return failed(errno);
    return {};
}

} // namespace error_report
