// SPDX-License-Identifier: MIT
// A report as the sequence of what names functions in it: what a title is made of.
#pragma once

#include "parse/detectors.h"

#include <string>
#include <string_view>
#include <vector>

namespace error_report {

enum class MarkKind : unsigned char {
    instruction, // "RIP:" and its like; without a function if it is user space's or nowhere
    trace,       // "Call Trace:"
    stack,       // any other stack begins
    leak,        // kmemleak's "backtrace:"
    frame,       // exact, not inlined
    lock,        // "at: FUNCTION"
    interrupt,   // where a timer interrupted
    became,      // "which became … at:", "page last allocated"
};

struct Mark {
    MarkKind kind;
    std::string_view function; // without the compiler's suffix; of the report's text
};

using Marks = std::vector<Mark>;

// The function that the row's title names; empty if the report does not say.
std::string find_function(const Detector& row, std::string_view headline, const Marks& marks);

} // namespace error_report
