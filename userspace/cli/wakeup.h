// SPDX-License-Identifier: MIT
#pragma once

#include "report/error.h"

#include <memory>

namespace error_report {

// Lets one thread end another's poll().
class Wakeup {
  public:
    static Result<std::shared_ptr<Wakeup>> make();
    Wakeup(const Wakeup&) = delete;
    Wakeup& operator=(const Wakeup&) = delete;
    Wakeup(Wakeup&&) = delete;
    Wakeup& operator=(Wakeup&&) = delete;
    ~Wakeup();

    // Readable after raise(), until clear().
    [[nodiscard]] int poll_fd() const { return fd_; }

    // Any thread.
    void raise() const;
    void clear() const;

  private:
    explicit Wakeup(int fd) : fd_(fd) {}

    int fd_;
};

} // namespace error_report
