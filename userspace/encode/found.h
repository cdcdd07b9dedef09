// SPDX-License-Identifier: MIT
// A report that was found in a log: one line of JSON, or a summary for people. docs/parse.md is the
// manual. Pure, and never an exception for what the data says.
#pragma once

#include "parse/finder.h"
#include "parse/parsed.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace error_report {

// source is the log's name. max_line in bytes with the newline, 0 for none.
std::string json_of(
    const FoundReport& found, const ParsedReport& parsed, std::string_view source,
    std::size_t max_line);

std::string text_of(const FoundReport& found, const ParsedReport& parsed, std::string_view source);

} // namespace error_report
