// SPDX-License-Identifier: MIT
#pragma once

#include "report/error.h"

#include <optional>
#include <string>

namespace error_report {

// SIGINT, SIGTERM and SIGHUP as something that poll() waits for. While it lives they do not end the
// program.
class Signals {
  public:
    static Result<Signals> block();
    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;
    Signals(Signals&& other) noexcept;
    Signals& operator=(Signals&&) = delete;
    ~Signals();

    [[nodiscard]] int poll_fd() const { return fd_; }

    // The number of the signal that came, if one did.
    [[nodiscard]] std::optional<int> take() const;

  private:
    explicit Signals(int fd) : fd_(fd) {}

    int fd_;
};

std::string signal_name(int number);

} // namespace error_report
