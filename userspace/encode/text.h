// SPDX-License-Identifier: MIT
// One report, or the status, for people; safe on a terminal.
#pragma once

#include "report/report.h"

#include <string>

namespace error_report {

// A headline, what is known beside the text, and the text.
std::string text_of(const Report& report, bool utc);

// Aligned names and values.
std::string text_of(const Status& status);

} // namespace error_report
