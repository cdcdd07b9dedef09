// SPDX-License-Identifier: MIT
#pragma once

#include "report/error.h"

#include <string_view>

namespace error_report {

// The whole text to standard output.
Result<void> print(std::string_view text);

} // namespace error_report
