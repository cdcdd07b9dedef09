// SPDX-License-Identifier: MIT
#include "encode/json.h"

#include "encode/object.h"
#include "encode/utf8.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <variant>

namespace error_report {
namespace {

using Json = nlohmann::ordered_json;

std::string line(const Json& object) {
    // All ASCII: no reader can be confused by an encoding, no terminal by a control character.
    // Strings were made UTF-8 before; "replace" holds the promise that nothing throws.
    return object.dump(-1, ' ', true, Json::error_handler_t::replace) + '\n';
}

// Bytes that line() writes for a character within a string.
std::size_t encoded_bytes(char32_t code) {
    constexpr std::string_view two_bytes = "\"\\\b\f\n\r\t";
    if (code < 0x80 && two_bytes.find(static_cast<char>(code)) != std::string_view::npos)
        return 2;
    if (code >= 0x20 && code < 0x7F)
        return 1;
    constexpr std::size_t escape = 6; // \u0123, a pair of them beyond U+FFFF
    return code < 0x10000 ? escape : 2 * escape;
}

// The longest front of text, which is UTF-8, that takes at most limit bytes in a line and ends at a
// line's end; if there is none, then one that ends between characters.
std::string_view cut(std::string_view text, std::size_t limit) {
    std::size_t line_end = 0;
    std::size_t used = 0;
    std::size_t at = 0;
    while (at < text.size()) {
        const auto character = first_character(text.substr(at));
        if (text[at] == '\n')
            line_end = at;
        used += encoded_bytes(character.code);
        if (used > limit)
            return text.substr(0, line_end != 0 ? line_end : at);
        at += character.bytes;
    }
    return text;
}

} // namespace

JsonEncoder::JsonEncoder(EncoderOptions options) : options_(std::move(options)) {}

std::string JsonEncoder::encode(const Record& record, std::uint64_t now) const {
    auto whole = line_of(record, now);
    const auto* report = std::get_if<Report>(&record);
    if (report == nullptr || options_.max_line == 0 || whole.size() <= options_.max_line)
        return whole;
    return shortened(in_utf8(*report));
}

std::string JsonEncoder::shortened(Report report) const {
    report.flags |= flag_line_limit;
    const auto text = std::exchange(report.text, {});
    const auto without_text = line_of(report, 0).size();
    report.text = cut(text, options_.max_line - std::min(options_.max_line, without_text));
    return line_of(report, 0);
}

std::string JsonEncoder::line_of(const Record& record, std::uint64_t now) const {
    auto object = object_of(record, options_.origin, now);
    if (!options_.with_text)
        object.erase("text");
    return line(object);
}

std::string json_line(const Status& status, const Origin& origin, std::uint64_t now) {
    return line(object_of(status, origin, now));
}

} // namespace error_report
