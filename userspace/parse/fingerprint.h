// SPDX-License-Identifier: MIT
// A number for the bug: the same on each boot, machine and kernel build. docs/parse.md says what it
// is made of, and what changes it.
#pragma once

#include "parse/parsed.h"

#include <string>

namespace error_report {

// "1:" and 16 hexadecimal digits; 1 is the version of how it is made. It needs all of report but
// the fingerprint itself.
std::string fingerprint_of(const ParsedReport& report);

} // namespace error_report
