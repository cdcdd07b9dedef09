// SPDX-License-Identifier: MIT
#include "encode/json.h"

#include "encode/line.h"
#include "encode/object.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace error_report {
namespace {

using Json = nlohmann::ordered_json;

Json as_it_is(const Json& values) {
    return values;
}

} // namespace

JsonEncoder::JsonEncoder(EncoderOptions options) : options_(std::move(options)) {}

std::string JsonEncoder::encode(const Record& record, std::uint64_t now) const {
    return fitted_line(object_of(record, options_, now), options_.max_line, as_it_is);
}

std::string json_line(const Status& status, const Origin& origin, std::uint64_t now) {
    return line_of(object_of(status, origin, now));
}

} // namespace error_report
