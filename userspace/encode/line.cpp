// SPDX-License-Identifier: MIT
#include "encode/line.h"

#include "encode/parsed.h"
#include "encode/tree.h"
#include "encode/utf8.h"
#include "parse/scan.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fmt/format.h>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

namespace error_report {
namespace {

using Json = nlohmann::ordered_json;

// For each byte whether it stands for itself in a string.
constexpr auto plain_bytes = [] {
    std::array<bool, 256> result{};
    for (unsigned byte = ' '; byte <= '~'; ++byte)
        result[byte] = byte != '"' && byte != '\\';
    return result;
}();

constexpr auto is_plain = [](char c) { return plain_bytes[static_cast<unsigned char>(c)]; };

constexpr std::string_view named = "\"\\\b\f\n\r\t";
constexpr std::string_view names = "\"\\bfnrt";

std::size_t name_of(char32_t code) {
    return code < 0x80 ? named.find(static_cast<char>(code)) : std::string_view::npos;
}

// Bytes that line_of() writes for a character within a string.
std::size_t encoded_bytes(char32_t code) {
    if (code < 0x80 && is_plain(static_cast<char>(code)))
        return 1;
    if (name_of(code) != std::string_view::npos)
        return 2;
    constexpr std::size_t escape = 6; // \u0123, a pair of them beyond U+FFFF
    return code < 0x10000 ? escape : 2 * escape;
}

void append_escape(std::string& line, char32_t code) {
    const auto put = [&](std::uint32_t unit) {
        fmt::format_to(std::back_inserter(line), "\\u{:04x}", unit);
    };
    if (const auto name = name_of(code); name != std::string_view::npos)
        return void((line += '\\') += names[name]);
    if (code < 0x10000)
        return put(code);
    // Chapter 3.9 of the Unicode standard: a surrogate pair.
    put(0xD7C0U + (code >> 10U));
    put(0xDC00U + (code & 0x3FFU));
}

void append_string(std::string& line, std::string_view text) {
    line += '"';
    for (;;) {
        // Nearly all that a kernel prints, so it is not looked at character by character.
        line += scan::take_while(text, is_plain);
        if (text.empty())
            break;
        const auto character = first_character(text);
        append_escape(line, character.code);
        text.remove_prefix(character.bytes);
    }
    line += '"';
}

void append_number(std::string& line, std::uint64_t value) {
    const fmt::format_int digits(value);
    line.append(digits.data(), digits.size());
}

// What we write is only some levels deep.
// NOLINTBEGIN(misc-no-recursion)
void append_value(std::string& line, const Json& value);

void append_object(std::string& line, const Json::object_t& members) {
    line += '{';
    for (bool first = true; const auto& [name, value] : members) {
        line += first ? "" : ",";
        first = false;
        append_string(line, name);
        line += ':';
        append_value(line, value);
    }
    line += '}';
}

void append_array(std::string& line, const Json::array_t& elements) {
    line += '[';
    for (bool first = true; const auto& value : elements) {
        line += first ? "" : ",";
        first = false;
        append_value(line, value);
    }
    line += ']';
}

// As Json::dump() does, which decodes strings byte by byte and takes three times as long.
void append_value(std::string& line, const Json& value) {
    if (value.is_object())
        return append_object(line, value.get_ref<const Json::object_t&>());
    if (value.is_array())
        return append_array(line, value.get_ref<const Json::array_t&>());
    if (value.is_string())
        return append_string(line, value.get_ref<const std::string&>());
    if (value.is_number_unsigned())
        return append_number(line, value.get<std::uint64_t>());
    line += value.dump();
}

// NOLINTEND(misc-no-recursion)

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

LineValues::LineValues(std::size_t bytes) {
    line_.reserve(bytes);
    line_ += '{';
    levels_.push_back({.close = '}', .begin = 0});
}

void LineValues::begin_value(std::string_view name) {
    auto& level = levels_.back();
    if (!level.empty)
        line_ += ',';
    level.empty = false;
    if (level.close == ']')
        return;
    append_string(line_, name);
    line_ += ':';
}

void LineValues::text(std::string_view name, std::string_view bytes) {
    begin_value(name);
    append_string(line_, bytes);
}

void LineValues::number(std::string_view name, std::uint64_t value) {
    begin_value(name);
    append_number(line_, value);
}

void LineValues::truth(std::string_view name, bool value) {
    begin_value(name);
    line_ += value ? "true" : "false";
}

void LineValues::begin(std::string_view name, char open, char close) {
    const auto begin = line_.size();
    begin_value(name);
    line_ += open;
    levels_.push_back({.close = close, .begin = begin});
}

void LineValues::begin_object(std::string_view name, std::size_t) {
    begin(name, '{', '}');
}

void LineValues::begin_array(std::string_view name, std::size_t) {
    begin(name, '[', ']');
}

void LineValues::end() {
    line_ += levels_.back().close;
    levels_.pop_back();
}

void LineValues::end_unless_empty() {
    const auto level = levels_.back();
    if (!level.empty)
        return end();
    levels_.pop_back();
    // In front of all others it was without a comma.
    levels_.back().empty = line_[level.begin] != ',';
    line_.resize(level.begin);
}

std::string LineValues::finish() && {
    end();
    line_ += '\n';
    return std::move(line_);
}

Json object_for(std::size_t members) {
    auto object = Json::object();
    object.get_ref<Json::object_t&>().reserve(members);
    return object;
}

std::string line_of(const Json& object) {
    std::string line;
    append_value(line, object);
    line += '\n';
    return line;
}

std::string fitted_line(Json values, LineLimit most, const ObjectMapper& map) {
    const auto mapped = [&] { return map ? line_of(map(values)) : line_of(values); };
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

std::string
fitted_line(const std::function<void(Values&)>& put, std::size_t text_bytes, std::size_t max_line) {
    constexpr std::size_t without_text = 1024;
    LineValues values(without_text + text_bytes);
    put(values);
    auto line = std::move(values).finish();
    if (max_line == 0 || line.size() <= max_line)
        return line;
    auto object = Json::object();
    TreeValues tree(object);
    put(tree);
    return fitted_line(std::move(object), {.line = max_line});
}

} // namespace error_report
