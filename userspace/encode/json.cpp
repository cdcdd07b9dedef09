// SPDX-License-Identifier: MIT
#include "encode/json.h"

#include "encode/time.h"
#include "encode/utf8.h"
#include "report/names.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

namespace error_report {
namespace {

using Json = nlohmann::ordered_json;

constexpr int schema = 1;
constexpr std::uint64_t ns_per_us = 1000;

std::string hex(std::uint64_t value) {
    return fmt::format("{:#018x}", value);
}

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

Json report_object(
    const Report& report, const Origin& origin, std::uint64_t flags, std::string_view tool,
    std::string_view comm, std::string_view text) {
    Json object{
        {"schema", schema},
        {"event", "report"},
        {"seq", report.seq},
        {"instance", hex(report.instance)},
        {"boot_id", origin.boot_id},
        {"time", rfc3339_utc(report.time_real)},
        {"boottime_us", report.time_boot / ns_per_us},
        {"host", origin.host},
        {"kernel", origin.kernel},
        {"tool", tool},
    };
    if (report.id)
        object["id"] = hex(*report.id);
    object["cpu"] = report.cpu;
    object["pid"] = report.pid;
    object["comm"] = comm;
    object["context"] = context_name(report.context);
    object["flags"] = flag_names(flags);
    object["text"] = text;
    object["text_bytes"] = report.text_bytes;
    return object;
}

// What every event that is not a report begins with.
Json meta_object(
    const char* event, std::uint64_t instance, const Origin& origin, std::uint64_t now) {
    return Json{
        {"schema", schema},          {"event", event},           {"instance", hex(instance)},
        {"boot_id", origin.boot_id}, {"time", rfc3339_utc(now)}, {"host", origin.host},
        {"kernel", origin.kernel},
    };
}

} // namespace

JsonEncoder::JsonEncoder(const Origin& origin, std::size_t max_line)
    : origin_{to_utf8(origin.boot_id).text, to_utf8(origin.host).text, to_utf8(origin.kernel).text},
      max_line_(max_line) {}

std::string JsonEncoder::encode(const Report& report) const {
    const auto tool = to_utf8(report.tool);
    const auto comm = to_utf8(report.comm);
    const auto text = to_utf8(report.text);
    auto flags = report.flags;
    if (tool.replaced || comm.replaced || text.replaced)
        flags |= flag_invalid_utf8;
    const auto with_text = [&](std::string_view part) {
        return line(report_object(report, origin_, flags, tool.text, comm.text, part));
    };

    auto whole = with_text(text.text);
    if (max_line_ == 0 || whole.size() <= max_line_)
        return whole;
    flags |= flag_line_limit;
    const auto without_text = with_text("").size();
    return with_text(cut(text.text, max_line_ - std::min(max_line_, without_text)));
}

std::string JsonEncoder::encode(const Start& start, std::uint64_t now) const {
    auto object = meta_object("start", start.instance, origin_, now);
    object["report_count"] = start.report_count;
    object["from"] = start.from;
    object["version"] = start.version;
    object["module_version"] = to_utf8(start.module_version).text;
    return line(object);
}

std::string JsonEncoder::encode(const Lost& lost, std::uint64_t now) const {
    auto object = meta_object("lost", lost.loss.instance, origin_, now);
    object["report_count"] = lost.report_count;
    object["from"] = lost.loss.first;
    object["to"] = lost.loss.last;
    object["cause"] = cause_names(lost.loss.causes);
    return line(object);
}

std::string JsonEncoder::encode(const Resync& resync, std::uint64_t now) const {
    auto object = meta_object("resync", resync.instance, origin_, now);
    object["report_count"] = resync.report_count;
    object["from"] = resync.from;
    object["to"] = resync.to;
    object["why"] = resync.why;
    return line(object);
}

std::string JsonEncoder::encode(const Stop& stop, std::uint64_t now) const {
    auto object = meta_object("stop", stop.instance, origin_, now);
    if (stop.report_count)
        object["report_count"] = *stop.report_count;
    object["to"] = stop.to;
    object["reports"] = stop.reports;
    object["reason"] = stop.reason;
    return line(object);
}

std::string JsonEncoder::encode(const Status& status, std::uint64_t now) const {
    auto object = meta_object("status", status.instance, origin_, now);
    object["report_count"] = status.ended;
    object["module_version"] = to_utf8(status.module_version).text;
    object["published"] = status.published;
    object["lost_no_slot"] = status.lost_no_slot;
    object["lost_ring_full"] = status.lost_ring_full;
    object["truncated"] = status.truncated;
    object["no_event"] = status.no_event;
    object["unterminated"] = status.unterminated;
    object["no_text"] = status.no_text;
    object["multicast_failed"] = status.multicast_failed;
    if (status.oldest_seq)
        object["oldest_seq"] = *status.oldest_seq;
    if (status.newest_seq)
        object["newest_seq"] = *status.newest_seq;
    object["ring_reports"] = status.ring_reports;
    object["ring_used"] = status.ring_used;
    object["ring_size"] = status.ring_size;
    object["slots"] = status.slots;
    object["slot_size"] = status.slot_size;
    object["silence_ms"] = status.silence_ms;
    object["start_event"] = status.start_event != 0;
    return line(object);
}

} // namespace error_report
