// SPDX-License-Identifier: MIT
#pragma once

#include <unistd.h>
#include <utility>

namespace error_report {

// A file descriptor that is closed with its owner; -1 is none.
class OwnedFd {
  public:
    OwnedFd() = default;

    explicit OwnedFd(int fd) : fd_(fd) {}

    OwnedFd(const OwnedFd&) = delete;
    OwnedFd& operator=(const OwnedFd&) = delete;

    OwnedFd(OwnedFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

    OwnedFd& operator=(OwnedFd&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }

    ~OwnedFd() {
        if (fd_ >= 0)
            close(fd_);
    }

    [[nodiscard]] int get() const { return fd_; }

    explicit operator bool() const { return fd_ >= 0; }

  private:
    int fd_ = -1;
};

} // namespace error_report
