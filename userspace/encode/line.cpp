// SPDX-License-Identifier: MIT
#include "encode/line.h"

#include "encode/parsed.h"
#include "encode/utf8.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

namespace error_report {
namespace {

using Json = nlohmann::ordered_json;

// Bytes that line_of() writes for a character within a string.
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

std::string line_of(const Json& object) {
    // Strings were made UTF-8 before; "replace" holds the promise that nothing throws.
    return object.dump(-1, ' ', true, Json::error_handler_t::replace) + '\n';
}

std::string fitted_line(Json values, LineLimit most, const ObjectMapper& map) {
    const auto mapped = [&] { return line_of(map ? map(values) : values); };
    auto line = mapped();
    if (most.line == 0 || line.size() <= most.line)
        return line;
    if (values.contains("report")) {
        reduce_report(values, most.report != 0 ? most.report : most.line / 2);
        line = mapped();
    }
    if (line.size() <= most.line || !values.contains("text"))
        return line;
    const auto text = values["text"].get<std::string>();
    values["text"] = "";
    values["flags"].push_back("line_limit");
    auto without_text = mapped().size();
    if (without_text > most.line) {
        values.erase("report");
        without_text = mapped().size();
    }
    values["text"] = cut(text, most.line - std::min(most.line, without_text));
    return mapped();
}

} // namespace error_report
