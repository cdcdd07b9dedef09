// SPDX-License-Identifier: MIT
// What the program asks the system it runs on.
#pragma once

#include "report/meta.h"

#include <cstddef>
#include <cstdint>

namespace error_report {

Origin read_origin();

// Fills the standard descriptors that the caller left closed, so that no socket takes their numbers
// and then gets the output. Writing to them still fails.
void reserve_standard_descriptors();

// Columns of the terminal that standard output is, 0 if it is none.
std::size_t terminal_width();

// Unless NO_COLOR is set, as https://no-color.org asks.
bool colour_is_wanted();

} // namespace error_report
