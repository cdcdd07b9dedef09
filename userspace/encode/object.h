// SPDX-License-Identifier: MIT
// A record as the named values of docs/json.md, in their order, for the formats that write all of
// them. Pure, and never an exception for what the data says.
#pragma once

#include "encode/encoder.h"
#include "encode/values.h"
#include "report/meta.h"
#include "report/record.h"

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace error_report {

// As below, wherever they go.
void put_values(
    Values& values, const Record& record, const EncoderOptions& options, std::uint64_t now);

// All strings are UTF-8, and a report says where that had to be made so. A report has no text if
// the options say so; their max_line is for fitted_line(). now in ns of CLOCK_REALTIME, for what
// has no time of its own.
nlohmann::ordered_json
object_of(const Record& record, const EncoderOptions& options, std::uint64_t now);

// Those of a status are a line only.
std::string line_of(const Status& status, const Origin& origin, std::uint64_t now);

} // namespace error_report
