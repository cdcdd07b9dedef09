// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace error_report {

// One line on stderr, prefixed with the program's name and safe on a terminal.
void print_diagnostic(std::string_view text);

} // namespace error_report
