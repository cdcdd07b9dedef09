// SPDX-License-Identifier: MIT
#include "encode/json.h"

#include "encode/line.h"
#include "encode/object.h"

#include <utility>
#include <variant>

namespace error_report {

JsonEncoder::JsonEncoder(EncoderOptions options) : options_(std::move(options)) {}

std::string JsonEncoder::encode(const Record& record, std::uint64_t now) const {
    const auto put = [&](Values& values) { put_values(values, record, options_, now); };
    const auto* report = std::get_if<Report>(&record);
    return fitted_line(put, report != nullptr ? 3 * report->text.size() : 0, options_.max_line);
}

std::string json_line(const Status& status, const Origin& origin, std::uint64_t now) {
    return line_of(status, origin, now);
}

} // namespace error_report
