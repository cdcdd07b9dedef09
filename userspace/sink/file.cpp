// SPDX-License-Identifier: MIT
#include "sink/file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

namespace error_report {
namespace {

// O_NONBLOCK: to open a FIFO that has no reader fails in place of waiting for one.
constexpr int flags = O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW | O_NONBLOCK;
constexpr mode_t mode = 0640;

struct Refusal {
    int error;
    std::string_view words;
};

// Where the system's own words would mislead.
constexpr std::array<Refusal, 2> refusals{{
    {ELOOP, "it is a symbolic link, which is not followed; name the file itself"},
    {ENXIO, "it is a FIFO that nobody reads, or a socket, which is for unix:PATH"},
}};

tl::unexpected<Error> cannot_open(const std::string& path, std::string_view why) {
    return fail(fmt::format("cannot open {}: {}", path, why));
}

tl::unexpected<Error> cannot_open(const std::string& path, int error) {
    const auto* known = std::ranges::find(refusals, error, &Refusal::error);
    return known == refusals.end() ? cannot_open(path, errno_text(error))
                                   : cannot_open(path, known->words);
}

Result<FileDescriptor> open_or_create(const std::string& path, const std::optional<Owner>& owner) {
    // Between the two calls a file may be created or rotated away, but not for ever.
    for (int attempts = 3; attempts > 0; --attempts) {
        FileDescriptor created(::open(path.c_str(), flags | O_CREAT | O_EXCL, mode));
        if (created) {
            if (owner && fchown(created.fd(), owner->user, owner->group) != 0)
                return fail(fmt::format(
                    "cannot give {} to user {} and group {}: {}", path, owner->user, owner->group,
                    errno_text(errno)));
            return created;
        }
        if (errno != EEXIST)
            break;
        FileDescriptor found(::open(path.c_str(), flags));
        if (found)
            return found;
        if (errno != ENOENT)
            break;
    }
    return cannot_open(path, errno);
}

Result<FileDescriptor> open_file(const std::string& path, const std::optional<Owner>& owner) {
    auto fd = open_or_create(path, owner);
    if (!fd)
        return fd;

    struct stat status {};

    if (fstat(fd->fd(), &status) != 0)
        return cannot_open(path, errno);
    if (S_ISBLK(status.st_mode))
        return cannot_open(path, "it is a block device");
    if (fcntl(fd->fd(), F_SETFL, flags & ~O_NONBLOCK) != 0)
        return cannot_open(path, errno);
    return fd;
}

// What kill -9 or a full disk left behind. Where it cannot be read, it is taken for whole.
bool ends_within_line(int fd) {
    struct stat status {};

    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size == 0)
        return false;
    // By this name it is the same file even if the path is another's by now.
    const FileDescriptor reader(
        ::open(fmt::format("/proc/self/fd/{}", fd).c_str(), O_RDONLY | O_CLOEXEC));
    char last = '\n';
    return reader && pread(reader.fd(), &last, 1, status.st_size - 1) == 1 && last != '\n';
}

} // namespace

Result<std::unique_ptr<Sink>>
FileSink::open(const std::string& path, const std::optional<Owner>& owner) {
    auto fd = open_file(path, owner);
    if (!fd)
        return tl::unexpected(std::move(fd.error()));
    return std::unique_ptr<Sink>(new FileSink(path, std::move(*fd)));
}

FileSink::FileSink(std::string path, FileDescriptor fd) : path_(std::move(path)) {
    use(std::move(fd));
}

void FileSink::use(FileDescriptor fd) {
    fd_ = std::move(fd);
    cut_line_ = ends_within_line(fd_.fd());
}

tl::expected<void, SinkError> FileSink::write(std::string_view frame) {
    if (reopen_due_ && !partial_.within()) {
        reopen_due_ = false;
        if (auto opened = open_again(); !opened)
            return opened;
    }
    int error = 0;
    if (cut_line_) {
        error = Partial().write(fd_.fd(), "\n");
        cut_line_ = error != 0;
    }
    if (error == 0)
        error = partial_.write(fd_.fd(), frame);
    if (error == 0)
        return {};
    return sink_error(
        SinkError::Kind::retry, fmt::format("cannot write to {}: {}", path_, errno_text(error)));
}

tl::expected<void, SinkError> FileSink::reopen() {
    if (!partial_.within())
        return open_again();
    reopen_due_ = true;
    return {};
}

tl::expected<void, SinkError> FileSink::open_again() {
    // Whoever it belongs to now: privileges are gone by the time that a file is rotated.
    auto fd = open_file(path_, {});
    if (!fd)
        return sink_error(SinkError::Kind::retry, std::move(fd.error().message));
    use(std::move(*fd));
    return {};
}

} // namespace error_report
