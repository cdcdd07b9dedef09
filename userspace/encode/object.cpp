// SPDX-License-Identifier: MIT
#include "encode/object.h"

#include "encode/line.h"
#include "encode/parsed.h"
#include "encode/time.h"
#include "encode/utf8.h"
#include "parse/parse.h"
#include "report/names.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace error_report {
namespace {

using Json = nlohmann::ordered_json;

constexpr int schema = 1;
constexpr std::uint64_t ns_per_us = 1000;

std::string hex(std::uint64_t value) {
    return fmt::format("{:#018x}", value);
}

// What is unknown is absent.
template <class T>
void put(Json& object, const char* name, const std::optional<T>& value) {
    if (value)
        object[name] = *value;
}

// The same report in UTF-8, flagged if something was replaced.
Report in_utf8(Report report) {
    for (auto* bytes : {&report.tool, report.comm ? &*report.comm : nullptr, &report.text}) {
        if (bytes == nullptr)
            continue;
        auto [text, replaced] = to_utf8(*bytes);
        *bytes = std::move(text);
        if (replaced)
            report.flags |= flag_invalid_utf8;
    }
    return report;
}

class ObjectMaker {
  public:
    ObjectMaker(const EncoderOptions& options, std::uint64_t now) : options_(options), now_(now) {}

    Json operator()(const Report& bytes) const {
        const auto report = in_utf8(bytes);
        auto object = object_for(20);
        object["schema"] = schema;
        object["event"] = "report";
        object["seq"] = report.seq;
        object["instance"] = hex(report.instance);
        object["boot_id"] = to_utf8(options_.origin.boot_id).text;
        object["time"] = rfc3339_utc(report.time_real);
        if (report.time_boot)
            object["boottime_us"] = *report.time_boot / ns_per_us;
        put_machine(object);
        object["tool"] = report.tool;
        if (report.id)
            object["id"] = hex(*report.id);
        put(object, "cpu", report.cpu);
        put(object, "pid", report.pid);
        put(object, "comm", report.comm);
        if (report.context)
            object["context"] = context_name(*report.context);
        object["flags"] = flag_names(report.flags);
        put_parsed(object, parse_report(bytes.text));
        if (options_.with_text)
            object["text"] = report.text;
        put(object, "text_bytes", report.text_bytes);
        return object;
    }

    Json operator()(const Start& start) const {
        auto object = meta("start", start.instance, start.report_count);
        object["from"] = start.from;
        object["version"] = to_utf8(start.version).text;
        object["module_version"] = to_utf8(start.module_version).text;
        return object;
    }

    Json operator()(const Lost& lost) const {
        auto object = meta("lost", lost.loss.instance, lost.report_count);
        object["from"] = lost.loss.first;
        object["to"] = lost.loss.last;
        object["cause"] = cause_names(lost.loss.causes);
        return object;
    }

    Json operator()(const Resync& resync) const {
        auto object = meta("resync", resync.instance, resync.report_count);
        object["from"] = resync.from;
        object["to"] = resync.to;
        object["why"] = resync.why;
        return object;
    }

    Json operator()(const FamilyDown& down) const {
        auto object = meta("family_down", down.instance, down.report_count);
        object["complete"] = down.complete;
        return object;
    }

    Json operator()(const FamilyUp& up) const {
        return meta("family_up", up.instance, up.report_count);
    }

    Json operator()(const Stop& stop) const {
        auto object = meta("stop", stop.instance, stop.report_count);
        object["to"] = stop.to;
        object["reports"] = stop.reports;
        object["reason"] = to_utf8(stop.reason).text;
        return object;
    }

    Json operator()(const Suppressed& suppressed) const {
        auto object = meta("suppressed", suppressed.instance, suppressed.report_count);
        object["fingerprint"] = suppressed.fingerprint;
        object["title"] = suppressed.title;
        object["count"] = suppressed.count;
        object["first_time"] = rfc3339_utc(suppressed.first_time);
        object["last_time"] = rfc3339_utc(suppressed.last_time);
        auto seqs = Json::array();
        for (const auto& range : suppressed.seqs)
            seqs.push_back({{"from", range.first}, {"to", range.last}});
        object["seqs"] = std::move(seqs);
        return object;
    }

    Json operator()(const Status& status) const {
        auto object = meta("status", status.instance, status.ended);
        object["module_version"] = to_utf8(status.module_version).text;
        object["published"] = status.published;
        object["lost_no_slot"] = status.lost_no_slot;
        object["lost_ring_full"] = status.lost_ring_full;
        object["truncated"] = status.truncated;
        object["no_event"] = status.no_event;
        object["unterminated"] = status.unterminated;
        object["no_text"] = status.no_text;
        object["multicast_failed"] = status.multicast_failed;
        put(object, "oldest_seq", status.oldest_seq);
        put(object, "newest_seq", status.newest_seq);
        object["ring_reports"] = status.ring_reports;
        object["ring_used"] = status.ring_used;
        object["ring_size"] = status.ring_size;
        object["slots"] = status.slots;
        object["slot_size"] = status.slot_size;
        object["silence_ms"] = status.silence_ms;
        object["start_event"] = status.start_event != 0;
        return object;
    }

  private:
    void put_machine(Json& object) const {
        object["host"] = to_utf8(options_.origin.host).text;
        object["kernel"] = to_utf8(options_.origin.kernel).text;
    }

    // What every event that is not a report begins with.
    [[nodiscard]] Json meta(
        const char* event, std::uint64_t instance,
        std::optional<std::uint64_t> report_count) const {
        Json object{{"schema", schema}, {"event", event}, {"instance", hex(instance)}};
        object["boot_id"] = to_utf8(options_.origin.boot_id).text;
        object["time"] = rfc3339_utc(now_);
        put_machine(object);
        put(object, "report_count", report_count);
        return object;
    }

    const EncoderOptions& options_;
    std::uint64_t now_;
};

} // namespace

Json object_of(const Record& record, const EncoderOptions& options, std::uint64_t now) {
    return std::visit(ObjectMaker(options, now), record);
}

Json object_of(const Status& status, const Origin& origin, std::uint64_t now) {
    const EncoderOptions options{.origin = origin};
    return ObjectMaker(options, now)(status);
}

} // namespace error_report
