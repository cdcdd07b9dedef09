// SPDX-License-Identifier: MIT
#pragma once

#include "report/error.h"

#include <optional>
#include <string>

namespace error_report {

// SIGINT and SIGTERM as something that poll() waits for. While it lives they do not end the
// program.
class StopSignals {
  public:
    static Result<StopSignals> block();
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;
    StopSignals(StopSignals&& other) noexcept;
    StopSignals& operator=(StopSignals&&) = delete;
    ~StopSignals();

    [[nodiscard]] int poll_fd() const { return fd_; }

    // The name of the signal that came, if one did.
    [[nodiscard]] std::optional<std::string> take() const;

  private:
    explicit StopSignals(int fd) : fd_(fd) {}

    int fd_;
};

} // namespace error_report
