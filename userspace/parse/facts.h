// SPDX-License-Identifier: MIT
// What single lines of a report say about it beside its stacks.
#pragma once

#include "parse/parsed.h"
#include "parse/scan.h"

#include <string_view>

namespace error_report {

// Adds what the line says; the first of two that say the same counts.
void add_fact(std::string_view line, ParsedReport& report);

// What the headline itself says: where, at which address, which file and line.
// bytes are those of headline, or any.
void add_headline(std::string_view headline, scan::ByteSet bytes, ParsedReport& report);

} // namespace error_report
