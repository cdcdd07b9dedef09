// SPDX-License-Identifier: MIT
// Kernel text for a terminal: whoever names a task can put escape sequences into a report.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace error_report {

// Control characters, and the invisible ones that reorder what is shown, become \x1b or \u202e;
// invalid UTF-8 becomes U+FFFD. Newline and tab too become \x0a and \x09: the result is one line.
std::string printable_line(std::string_view bytes);

// The same, but '\n' and '\t' stay.
std::string printable_text(std::string_view bytes);

// The front of a printable line that fits into so many columns, with "…" if it is not the whole.
std::string fit(std::string_view line, std::size_t columns);

// Columns that a printable line takes; characters of double width count once.
std::size_t columns_of(std::string_view line);

} // namespace error_report
