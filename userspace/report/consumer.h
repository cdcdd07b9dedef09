// SPDX-License-Identifier: MIT
#pragma once

#include "report/record.h"

#include <string_view>

namespace error_report {

// Takes what was accounted for, in order. It never blocks and never fails: whoever cannot pass a
// record on says so in the stream.
class Consumer {
  public:
    Consumer() = default;
    Consumer(const Consumer&) = delete;
    Consumer& operator=(const Consumer&) = delete;
    Consumer(Consumer&&) = delete;
    Consumer& operator=(Consumer&&) = delete;
    virtual ~Consumer() = default;

    virtual void take(Record record) = 0;
    // Something that a person should know and that the stream has no line for.
    virtual void note(std::string_view text) = 0;
};

} // namespace error_report
