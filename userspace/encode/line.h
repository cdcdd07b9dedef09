// SPDX-License-Identifier: MIT
// What all lines of JSON have in common.
#pragma once

#include <cstddef>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace error_report {

// All ASCII, newline included: no reader can be confused by an encoding, no terminal by a control
// character. Never throws for what the strings hold.
std::string line_of(const nlohmann::ordered_json& object);

// What a format makes of the values of docs/json.md.
using ObjectMapper = std::function<nlohmann::ordered_json(const nlohmann::ordered_json& values)>;

// The line that map makes of such values. If it takes more than max_line bytes, 0 for any number,
// their text is cut and flagged, if they have one; and the report object is left out if there is no
// room for it even without text.
std::string
fitted_line(nlohmann::ordered_json values, std::size_t max_line, const ObjectMapper& map);

} // namespace error_report
