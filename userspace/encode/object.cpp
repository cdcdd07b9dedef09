// SPDX-License-Identifier: MIT
#include "encode/object.h"

#include "encode/line.h"
#include "encode/parsed.h"
#include "encode/put.h"
#include "encode/time.h"
#include "encode/tree.h"
#include "encode/utf8.h"
#include "parse/parse.h"
#include "report/names.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace error_report {
namespace {

using Json = nlohmann::ordered_json;

constexpr int schema = 1;
constexpr std::uint64_t ns_per_us = 1000;

// The module's own, however large.
void put_number(Values& values, std::string_view name, std::optional<std::uint64_t> value) {
    if (value)
        values.number(name, *value);
}

// Its flags, and whether something will be replaced.
std::uint64_t flags_of(const Report& report) {
    const bool valid =
        is_utf8(report.tool) && is_utf8(report.text) && (!report.comm || is_utf8(*report.comm));
    return valid ? report.flags : report.flags | flag_invalid_utf8;
}

class RecordPutter {
  public:
    RecordPutter(Values& values, const EncoderOptions& options, std::uint64_t now)
        : values_(values), options_(options), now_(now) {}

    void operator()(const Report& report) const {
        values_.number("schema", schema);
        values_.text("event", "report");
        values_.number("seq", report.seq);
        put_hex(values_, "instance", report.instance);
        values_.text("boot_id", options_.origin.boot_id);
        values_.text("time", rfc3339_utc(report.time_real));
        if (report.time_boot)
            values_.number("boottime_us", *report.time_boot / ns_per_us);
        put_machine();
        values_.text("tool", report.tool);
        if (report.id)
            put_hex(values_, "id", *report.id);
        put_number(values_, "cpu", report.cpu);
        put_number(values_, "pid", report.pid);
        if (report.comm)
            values_.text("comm", *report.comm);
        if (report.context)
            values_.text("context", context_name(*report.context));
        put(values_, "flags", flag_names(flags_of(report)));
        put_parsed(values_, parse_report(report.text));
        if (options_.with_text)
            values_.text("text", report.text);
        put_number(values_, "text_bytes", report.text_bytes);
    }

    void operator()(const Start& start) const {
        put_meta("start", start.instance, start.report_count);
        values_.number("from", start.from);
        values_.text("version", start.version);
        values_.text("module_version", start.module_version);
    }

    void operator()(const Lost& lost) const {
        put_meta("lost", lost.loss.instance, lost.report_count);
        values_.number("from", lost.loss.first);
        values_.number("to", lost.loss.last);
        put(values_, "cause", cause_names(lost.loss.causes));
    }

    void operator()(const Resync& resync) const {
        put_meta("resync", resync.instance, resync.report_count);
        values_.number("from", resync.from);
        values_.number("to", resync.to);
        values_.text("why", resync.why);
    }

    void operator()(const FamilyDown& down) const {
        put_meta("family_down", down.instance, down.report_count);
        values_.truth("complete", down.complete);
    }

    void operator()(const FamilyUp& up) const {
        put_meta("family_up", up.instance, up.report_count);
    }

    void operator()(const Stop& stop) const {
        put_meta("stop", stop.instance, stop.report_count);
        values_.number("to", stop.to);
        values_.number("reports", stop.reports);
        values_.text("reason", stop.reason);
    }

    void operator()(const Suppressed& suppressed) const {
        put_meta("suppressed", suppressed.instance, suppressed.report_count);
        values_.text("fingerprint", suppressed.fingerprint);
        values_.text("title", suppressed.title);
        values_.number("count", suppressed.count);
        values_.text("first_time", rfc3339_utc(suppressed.first_time));
        values_.text("last_time", rfc3339_utc(suppressed.last_time));
        values_.begin_array("seqs", suppressed.seqs.size());
        for (const auto& range : suppressed.seqs) {
            values_.begin_object({}, 2);
            values_.number("from", range.first);
            values_.number("to", range.last);
            values_.end();
        }
        values_.end();
    }

    void operator()(const Status& status) const {
        put_meta("status", status.instance, status.ended);
        values_.text("module_version", status.module_version);
        values_.number("published", status.published);
        values_.number("lost_no_slot", status.lost_no_slot);
        values_.number("lost_ring_full", status.lost_ring_full);
        values_.number("truncated", status.truncated);
        values_.number("no_event", status.no_event);
        values_.number("unterminated", status.unterminated);
        values_.number("no_text", status.no_text);
        values_.number("multicast_failed", status.multicast_failed);
        put_number(values_, "oldest_seq", status.oldest_seq);
        put_number(values_, "newest_seq", status.newest_seq);
        values_.number("ring_reports", status.ring_reports);
        values_.number("ring_used", status.ring_used);
        values_.number("ring_size", status.ring_size);
        values_.number("slots", status.slots);
        values_.number("slot_size", status.slot_size);
        values_.number("silence_ms", status.silence_ms);
        values_.truth("start_event", status.start_event != 0);
    }

  private:
    void put_machine() const {
        values_.text("host", options_.origin.host);
        values_.text("kernel", options_.origin.kernel);
    }

    // What every event that is not a report begins with.
    void put_meta(
        std::string_view event, std::uint64_t instance,
        std::optional<std::uint64_t> report_count) const {
        values_.number("schema", schema);
        values_.text("event", event);
        put_hex(values_, "instance", instance);
        values_.text("boot_id", options_.origin.boot_id);
        values_.text("time", rfc3339_utc(now_));
        put_machine();
        put_number(values_, "report_count", report_count);
    }

    Values& values_;
    const EncoderOptions& options_;
    std::uint64_t now_;
};

} // namespace

void put_values(
    Values& values, const Record& record, const EncoderOptions& options, std::uint64_t now) {
    std::visit(RecordPutter(values, options, now), record);
}

Json object_of(const Record& record, const EncoderOptions& options, std::uint64_t now) {
    auto object = object_for(20);
    TreeValues values(object);
    put_values(values, record, options, now);
    return object;
}

std::string line_of(const Status& status, const Origin& origin, std::uint64_t now) {
    const EncoderOptions options{.origin = origin};
    LineValues values(0);
    RecordPutter(values, options, now)(status);
    return std::move(values).finish();
}

} // namespace error_report
