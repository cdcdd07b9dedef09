// SPDX-License-Identifier: MIT
// What a report says → the fields title, fingerprint and report of docs/json.md.
#pragma once

#include "parse/parsed.h"

#include <cstddef>
#include <nlohmann/json_fwd.hpp>

namespace error_report {

// Adds those that there are to a line's object. The report object is bounded by what ParsedReport
// holds, and, if most_bytes is not 0, takes at most so many bytes: what is least missed is left
// out, and "reduced" says so. All strings become UTF-8.
void put_parsed(nlohmann::ordered_json& object, const ParsedReport& parsed, std::size_t most_bytes);

} // namespace error_report
