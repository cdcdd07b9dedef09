// SPDX-License-Identifier: MIT
// Where lines go, as the rest of the program sees it.
#pragma once

#include "report/error.h"

#include <string_view>

namespace error_report {

class Sink {
  public:
    Sink() = default;
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;
    Sink(Sink&&) = delete;
    Sink& operator=(Sink&&) = delete;
    virtual ~Sink() = default;

    // The whole line, which has its newline, is with the operating system when this returns.
    virtual Result<void> write(std::string_view line) = 0;

    // poll() reports POLLERR or POLLHUP here when nobody reads any more; -1 if that cannot be told.
    [[nodiscard]] virtual int poll_fd() const = 0;
    // What to say then.
    [[nodiscard]] virtual Error closed() const = 0;
};

} // namespace error_report
