// SPDX-License-Identifier: MIT
#include "source/sysfs_file.h"

#include "report/report.h"

#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace error_report {
namespace {

// No file of sysfs is longer than a page, of which there are some of 64 KiB.
constexpr std::size_t longest = std::size_t{64} << 10;

ErrorKind kind_of(int error) {
    switch (error) {
    case ENOENT: // not there
    case ENODEV: // open, but gone
        return ErrorKind::not_loaded;
    case EACCES:
    case EPERM:
        return ErrorKind::privilege;
    default:
        return ErrorKind::failure;
    }
}

tl::unexpected<Error> failure_of(const std::string& path, int error) {
    return fail(kind_of(error), fmt::format("cannot read {}: {}", path, errno_text(error)));
}

} // namespace

Result<SysfsFile> SysfsFile::open(std::string path) {
    FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file)
        return failure_of(path, errno);
    return SysfsFile(std::move(file), std::move(path));
}

Result<std::uint64_t> SysfsFile::number() const {
    struct stat found {};

    if (fstat(fd(), &found) < 0)
        return failure_of(path_, errno);
    return found.st_ino;
}

Result<std::string> SysfsFile::read() const {
    std::string content(longest, '\0');
    const auto size = pread(fd(), content.data(), content.size(), 0);
    if (size < 0)
        return failure_of(path_, errno);
    content.resize(static_cast<std::size_t>(size));
    return content;
}

Result<std::uint64_t> SysfsFile::read_count() const {
    const auto content = read();
    if (!content)
        return tl::unexpected(content.error());
    std::uint64_t count = 0;
    const auto* end = content->data() + content->size();
    const auto [rest, error] = std::from_chars(content->data(), end, count);
    const bool whole = rest == end || (rest + 1 == end && *rest == '\n');
    if (error != std::errc() || !whole || count > largest_integer)
        return fail(fmt::format("{} holds no number of reports", path_));
    return count;
}

} // namespace error_report
