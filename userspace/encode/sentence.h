// SPDX-License-Identifier: MIT
// A record in one line for people; safe on a terminal.
#pragma once

#include "report/record.h"

#include <string>

namespace error_report {

// A report's tool and first line, or what happened to the stream.
std::string sentence_of(const Record& record);

} // namespace error_report
