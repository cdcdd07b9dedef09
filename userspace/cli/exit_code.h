// SPDX-License-Identifier: MIT
#pragma once

#include "report/error.h"

#include <string>

namespace error_report {

inline constexpr int exit_usage = 2;

int exit_code(ErrorKind kind);

// The table of exit codes, for --help.
std::string exit_codes_help();

} // namespace error_report
