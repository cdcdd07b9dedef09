// SPDX-License-Identifier: MIT
// What a report says → the fields title, fingerprint and report of docs/json.md.
#pragma once

#include "encode/values.h"
#include "parse/parsed.h"

#include <cstddef>
#include <nlohmann/json_fwd.hpp>

namespace error_report {

// Puts those that there are. The report object is bounded by what ParsedReport holds.
void put_parsed(Values& values, const ParsedReport& parsed);

// Leaves out of the report object, if there is one, what is least missed, until it takes at most so
// many bytes in a line; its "reduced" says so. Where that is not enough it is left out itself.
void reduce_report(nlohmann::ordered_json& object, std::size_t most_bytes);

} // namespace error_report
