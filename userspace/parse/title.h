// SPDX-License-Identifier: MIT
// Titles in the convention of syzkaller: the same bug has the same title on any machine.
#pragma once

#include "parse/detectors.h"

#include <string>
#include <string_view>

namespace error_report {

struct TitleParts {
    Captures captures;
    std::string_view function;
    std::string_view access;    // "Read" or "Write"
    std::string_view next_line; // behind the headline
};

// pattern as in Detector::title and type.
std::string fill(std::string_view pattern, const TitleParts& parts);

// Numbers → NUM, addresses → ADDR, what else differs between two occurrences likewise; one line of
// at most 120 printable characters.
std::string normalize_title(std::string_view text);

} // namespace error_report
