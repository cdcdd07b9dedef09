// SPDX-License-Identifier: MIT
// A report's text → its structure, title and fingerprint. Pure; linear in the text's length,
// bounded in memory, and never an exception for what the text says.
#pragma once

#include "parse/finder.h"
#include "parse/parsed.h"

#include <string_view>

namespace error_report {

// text is one report's lines, without what a log puts before them, as the kernel module delivers
// it. Of a text without a known headline only the title is there.
ParsedReport parse_report(std::string_view text);

ParsedReport parse_report(const FoundReport& found);

} // namespace error_report
