// SPDX-License-Identifier: MIT
#pragma once

#include "report/error.h"

#include <string>
#include <string_view>

namespace error_report {

// An open file descriptor that somebody else owns: standard output of a command that ends.
class Descriptor {
  public:
    // name is what messages call it. SIGPIPE must be ignored.
    Descriptor(int fd, std::string name) : fd_(fd), name_(std::move(name)) {}

    // One write(2) where the reader takes the whole at once.
    Result<void> write(std::string_view line);

    [[nodiscard]] int poll_fd() const { return fd_; }

    [[nodiscard]] Error closed() const;

  private:
    int fd_;
    std::string name_;
};

} // namespace error_report
