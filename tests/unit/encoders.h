// SPDX-License-Identifier: MIT
// What holds for every format, whatever the record says.
#pragma once

#include "encode/encoder.h"
#include "encode/json.h"
#include "journal_frame.h"
#include "sample.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <variant>

namespace error_report::test {

inline bool is_printable(std::string_view text) {
    return std::ranges::none_of(
        text, [](char c) { return (c >= 0 && c < ' ' && c != '\n' && c != '\t') || c == '\x7f'; });
}

// How a member of the line stands in the journal, where an array is a field that comes repeatedly.
inline bool journal_has(
    const JournalFields& fields, const std::string& key, const nlohmann::ordered_json& value) {
    std::string name = "ERROR_REPORT_";
    for (const char c : key)
        name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    const auto elements = value.is_array() ? value : nlohmann::ordered_json::array({value});
    auto [at, end] = fields.equal_range(name);
    for (const auto& element : elements) {
        const auto text =
            element.is_string() ? element.get<std::string>() : element.dump(-1, ' ', true);
        if (at == end || at->second != text)
            return false;
        ++at;
    }
    return at == end;
}

inline std::string wrong_with_json(const std::string& line, std::size_t max_line) {
    if (line.size() > max_line)
        return "the JSON line is too long";
    if (line.find('\n') != line.size() - 1)
        return "the JSON is not one line";
    if (!std::ranges::all_of(
            line.substr(0, line.size() - 1), [](char c) { return c >= ' ' && c < '\x7f'; }))
        return "the JSON line is not ASCII";
    return nlohmann::json::accept(line) ? "" : "the JSON line is none";
}

inline std::string wrong_with_journal(const std::string& frame, const std::string& line) {
    const auto fields = parse_journal(frame);
    if (!fields)
        return "the journal's entry is none";
    const auto object = nlohmann::ordered_json::parse(line);
    for (const auto& [key, value] : object.items())
        if (!journal_has(*fields, key, value))
            return "the journal and the JSON line differ in " + key;
    return {};
}

// What is wrong, or nothing.
inline std::string wrong_with_encoders(const Record& record, std::uint64_t now) {
    const auto encode = [&](std::string_view name, std::size_t max_line) {
        return find_format(name)
            ->make({.origin = origin, .max_line = max_line, .utc = true})
            ->encode(record, now);
    };
    // The limit holds for reports; what a stream says of itself is short, or told in full.
    const auto limit =
        std::holds_alternative<Report>(record) ? JsonEncoder::least_max_line : std::string::npos;
    const auto line = encode("json", 0);
    if (auto wrong = wrong_with_json(line, std::string::npos); !wrong.empty())
        return wrong;
    for (const auto* format : {"json", "ecs", "otel"})
        if (auto wrong = wrong_with_json(encode(format, limit), limit); !wrong.empty())
            return format + (": " + wrong);
    if (const auto text = encode("text", 0); !is_printable(text) || !text.ends_with('\n'))
        return "the text would change a terminal";
    return wrong_with_journal(encode("journal", 0), line);
}

} // namespace error_report::test
