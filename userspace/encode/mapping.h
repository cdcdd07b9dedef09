// SPDX-License-Identifier: MIT
// The names that another format has for the values of docs/json.md. docs/formats.md shows the
// tables side by side, and a test holds that it shows these.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace error_report {

struct Mapping {
    std::string_view ours;
    std::string_view theirs;
};

// In the format's own name space, "error_report.", where the table has no name.
std::string name_in(std::span<const Mapping> mapping, std::string_view ours);

std::span<const Mapping> ecs_mapping();
std::span<const Mapping> otel_mapping();

} // namespace error_report
