// SPDX-License-Identifier: MIT
#include "encode/json.h"

#include "encode/line.h"
#include "encode/object.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace error_report {

JsonEncoder::JsonEncoder(EncoderOptions options) : options_(std::move(options)) {}

std::string JsonEncoder::encode(const Record& record, std::uint64_t now) const {
    auto line = line_of(record, options_, now);
    if (options_.max_line == 0 || line.size() <= options_.max_line)
        return line;
    return fitted_line(object_of(record, options_, now), {.line = options_.max_line});
}

std::string json_line(const Status& status, const Origin& origin, std::uint64_t now) {
    return line_of(status, origin, now);
}

} // namespace error_report
