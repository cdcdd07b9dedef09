// SPDX-License-Identifier: MIT
#include "encode/journal.h"

#include "encode/message_id.h"
#include "encode/object.h"
#include "encode/sentence.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <variant>

namespace error_report {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view prefix = "ERROR_REPORT_";

struct Kind {
    std::string_view message_id;
    std::string_view priority; // syslog's
};

constexpr std::string_view error = "3";
constexpr std::string_view warning = "4";
constexpr std::string_view notice = "5";
constexpr std::string_view info = "6";

// Index is the Record's.
constexpr std::array<Kind, 8> kinds{{
    {message_id_report, error},
    {message_id_stream, info}, // Start
    {message_id_lost, warning},
    {message_id_stream, info},   // Resync
    {message_id_stream, notice}, // FamilyDown
    {message_id_stream, notice}, // FamilyUp
    {message_id_stream, info},   // Stop
    {message_id_stream, notice}, // Suppressed
}};
static_assert(kinds.size() == std::variant_size_v<Record>);

std::string_view priority_of(const Record& record) {
    const auto* report = std::get_if<Report>(&record);
    return report != nullptr && report->tool == "warning" ? warning
                                                          : kinds[record.index()].priority;
}

void append_length(std::string& entry, std::uint64_t length) {
    for (unsigned shift = 0; shift < 64; shift += 8)
        entry += static_cast<char>(length >> shift & 0xFFU);
}

// The form with a length where the value could be mistaken for more than one line.
void append_field(std::string& entry, std::string_view name, std::string_view value) {
    const bool plain =
        std::ranges::none_of(value, [](char c) { return static_cast<unsigned char>(c) < ' '; });
    entry += name;
    entry += plain ? '=' : '\n';
    if (!plain)
        append_length(entry, value.size());
    entry += value;
    entry += '\n';
}

std::string field_name(std::string_view name) {
    std::string result(prefix);
    for (const char c : name)
        result += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return result;
}

std::string value_text(const Json& value) {
    return value.is_string() ? value.get<std::string>()
                             : value.dump(-1, ' ', true, Json::error_handler_t::replace);
}

// A field may occur more than once in an entry: that is how the journal says "array".
void append_value(std::string& entry, const std::string& name, const Json& value) {
    if (!value.is_array())
        return append_field(entry, name, value_text(value));
    for (const auto& element : value)
        append_field(entry, name, value_text(element));
}

} // namespace

JournalEncoder::JournalEncoder(EncoderOptions options) : options_(std::move(options)) {
    options_.max_line = 0; // an entry has no limit
}

std::string JournalEncoder::encode(const Record& record, std::uint64_t now) const {
    std::string entry;
    append_field(entry, "MESSAGE", sentence_of(record));
    append_field(entry, "MESSAGE_ID", kinds[record.index()].message_id);
    append_field(entry, "PRIORITY", priority_of(record));
    append_field(entry, "SYSLOG_IDENTIFIER", "error-report");
    const auto object = object_of(record, options_, now);
    for (const auto& [name, value] : object.items())
        append_value(entry, field_name(name), value);
    return entry;
}

} // namespace error_report
