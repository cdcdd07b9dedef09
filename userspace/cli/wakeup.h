// SPDX-License-Identifier: MIT
#pragma once

#include "report/error.h"
#include "report/file_descriptor.h"

#include <memory>
#include <utility>

namespace error_report {

// Lets one thread end another's poll().
class Wakeup {
  public:
    static Result<std::shared_ptr<Wakeup>> make();

    // Readable after raise(), until clear().
    [[nodiscard]] int poll_fd() const { return fd_.fd(); }

    // Any thread.
    void raise() const;
    void clear() const;

  private:
    explicit Wakeup(FileDescriptor fd) : fd_(std::move(fd)) {}

    FileDescriptor fd_;
};

} // namespace error_report
