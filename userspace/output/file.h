// SPDX-License-Identifier: MIT
#pragma once

#include "report/error.h"

#include <string>
#include <string_view>
#include <sys/types.h>

namespace error_report {

// Replaces the file by one with this text, in one step for whoever reads it, through a file
// PATH.new beside it.
Result<void> replace_file(const std::string& path, std::string_view text, mode_t mode);

} // namespace error_report
