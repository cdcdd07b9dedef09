// SPDX-License-Identifier: MIT
#pragma once

#include <unistd.h>
#include <utility>

namespace error_report {

// Owns a descriptor, or none.
class FileDescriptor {
  public:
    FileDescriptor() = default;

    // A negative number, as the failed call returned it, is none.
    explicit FileDescriptor(int fd) : fd_(fd) {}

    FileDescriptor(const FileDescriptor&) = delete;
    FileDescriptor& operator=(const FileDescriptor&) = delete;

    FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

    FileDescriptor& operator=(FileDescriptor&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }

    ~FileDescriptor() {
        if (fd_ >= 0)
            close(fd_);
    }

    explicit operator bool() const { return fd_ >= 0; }

    [[nodiscard]] int fd() const { return fd_; }

  private:
    int fd_ = -1;
};

} // namespace error_report
