// SPDX-License-Identifier: MIT
#include "encode/text.h"

#include "encode/terminal.h"
#include "encode/time.h"
#include "report/names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace error_report {

std::string text_of(const Report& report, bool utc) {
    auto result = fmt::format(
        "report {}: {} at {}{}\n", report.seq, printable_line(report.tool),
        full_time(report.time_real, utc), utc ? " UTC" : "");
    result += fmt::format(
        "cpu {}, pid {} ({}), {} context", report.cpu, report.pid, printable_line(report.comm),
        context_name(report.context));
    if (report.id)
        result += fmt::format(", id {:#018x}", *report.id);
    result += '\n';
    if (report.flags != 0)
        result += fmt::format("flags: {}\n", fmt::join(flag_names(report.flags), ", "));
    if (report.text_bytes > report.text.size())
        result +=
            fmt::format("the text's first {} of {} bytes\n", report.text.size(), report.text_bytes);
    result += '\n' + printable_text(report.text);
    if (result.back() != '\n')
        result += '\n';
    return result;
}

std::string text_of(const Status& status) {
    std::string result;
    const auto row = [&](std::string_view name, const auto& value) {
        result += fmt::format("{:<26}{}\n", name, value);
    };
    row("module version", printable_line(status.module_version));
    row("instance", fmt::format("{:#018x}", status.instance));
    row("reports ended", status.ended);
    row("  published", status.published);
    row("  lost, no slot", status.lost_no_slot);
    row("  lost, ring full", status.lost_ring_full);
    row("published, truncated", status.truncated);
    row("published, no event", status.no_event);
    row("published, unterminated", status.unterminated);
    row("published, no text", status.no_text);
    row("multicasts failed", status.multicast_failed);
    if (status.oldest_seq && status.newest_seq)
        row("retained",
            fmt::format(
                "{} (SEQ {} to {})", status.ring_reports, *status.oldest_seq, *status.newest_seq));
    else
        row("retained", "0");
    row("ring", fmt::format("{} of {} bytes used", status.ring_used, status.ring_size));
    row("slots", fmt::format("{} of {} bytes", status.slots, status.slot_size));
    row("silence limit", fmt::format("{} ms", status.silence_ms));
    row("start event", status.start_event != 0 ? "used" : "not used");
    return result;
}

} // namespace error_report
