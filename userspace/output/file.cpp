// SPDX-License-Identifier: MIT
#include "output/file.h"

#include "report/file_descriptor.h"
#include "sink/partial.h"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <fmt/format.h>

namespace error_report {
Result<void> replace_file(const std::string& path, std::string_view text, mode_t mode) {
    const auto failed = [&](int error) {
        return fail(fmt::format("cannot write {}: {}", path, errno_text(error)));
    };
    const auto next = path + ".new";
    const FileDescriptor file(
        open(next.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode));
    if (!file)
        return failed(errno);
    if (const int error = Partial().write(file.fd(), text); error != 0)
        return failed(error);
    if (std::rename(next.c_str(), path.c_str()) != 0)
        return failed(errno);
    return {};
}

} // namespace error_report
