// SPDX-License-Identifier: MIT
// Reports from devices in users' hands: task names, registers, raw memory, addresses and hardware
// names are taken out; functions and structure stay, and with them title and fingerprint.
// docs/parse.md says what goes.
#pragma once

#include "parse/finder.h"
#include "report/report.h"

#include <string>
#include <string_view>

namespace error_report {

// What stands in place of a name or of values.
inline constexpr std::string_view redacted = "[redacted]";

// text as in Report, of one report.
std::string redact_text(std::string_view text);

// Its text; the headline is on the same line.
void redact(FoundReport& found);

// The text, the task's name and the id, which is an address.
void redact(Report& report);

} // namespace error_report
