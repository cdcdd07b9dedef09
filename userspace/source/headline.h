// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string_view>

namespace error_report {

// How the line begins that tells a tool's report, as in kernel/detectors.c.
struct Headline {
    std::string_view tool;
    std::string_view begins;
    bool is_first; // of the report's lines; a WARN prints its message before its headline
    bool fires_event;
};

std::span<const Headline> headlines();

// The tool of a report of which there is the text alone; "unknown" where it does not say.
std::string_view tool_of(std::string_view text);

} // namespace error_report
