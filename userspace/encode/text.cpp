// SPDX-License-Identifier: MIT
#include "encode/text.h"

#include "encode/sentence.h"
#include "encode/terminal.h"
#include "encode/time.h"
#include "report/names.h"

#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace error_report {

namespace {

// Index is the Record's: what the headline begins with on a terminal (SGR).
constexpr std::array<std::string_view, 8> colours{
    "\x1b[1;31m", // Report: red
    "\x1b[2m",    // Start
    "\x1b[1;33m", // Lost: yellow
    "\x1b[2m",    // Resync
    "\x1b[33m",   // FamilyDown
    "\x1b[33m",   // FamilyUp
    "\x1b[2m",    // Stop
    "\x1b[33m",   // Suppressed
};
static_assert(colours.size() == std::variant_size_v<Record>);
constexpr std::string_view colour_end = "\x1b[0m";

constexpr std::string_view indent = "    ";

std::string time_text(std::uint64_t ns, bool utc) {
    return full_time(ns, utc) + (utc ? " UTC" : "");
}

std::string facts(const Report& report) {
    std::vector<std::string> known;
    if (report.cpu)
        known.push_back(fmt::format("cpu {}", *report.cpu));
    if (report.pid && report.comm)
        known.push_back(fmt::format("pid {} ({})", *report.pid, printable_line(*report.comm)));
    if (report.context)
        known.push_back(context_name(*report.context) + " context");
    if (report.id)
        known.push_back(fmt::format("id {:#018x}", *report.id));
    return fmt::format("{}", fmt::join(known, ", "));
}

// Lines about what is special, if anything is.
std::string remarks(const Report& report) {
    std::string result;
    if (report.flags != 0)
        result += fmt::format("flags: {}\n", fmt::join(flag_names(report.flags), ", "));
    if (report.text_bytes && *report.text_bytes > report.text.size())
        result += fmt::format(
            "the text's first {} of {} bytes\n", report.text.size(), *report.text_bytes);
    return result;
}

std::string text_lines(const Report& report) {
    auto result = printable_text(report.text);
    if (!result.ends_with('\n'))
        result += '\n';
    return result;
}

std::string indented(std::string_view lines) {
    std::string result;
    while (!lines.empty()) {
        const auto size = lines.find('\n') + 1;
        result += indent;
        result += lines.substr(0, size);
        lines.remove_prefix(size);
    }
    return result;
}

} // namespace

std::string text_of(const Report& report, bool utc) {
    const auto known = facts(report);
    return fmt::format(
        "report {}: {} at {}\n{}{}\n{}", report.seq, printable_line(report.tool),
        time_text(report.time_real, utc), known.empty() ? "" : known + '\n', remarks(report),
        text_lines(report));
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

TextEncoder::TextEncoder(EncoderOptions options) : options_(std::move(options)) {}

std::string TextEncoder::encode(const Record& record, std::uint64_t now) const {
    const auto* report = std::get_if<Report>(&record);
    const auto headline = report == nullptr ? sentence_of(record)
                                            : fmt::format(
                                                  "report {}: {}, {}", report->seq,
                                                  printable_line(report->tool), facts(*report));
    return fmt::format(
        "{}{} {}{}\n{}", options_.colour ? colours[record.index()] : "",
        time_text(report == nullptr ? now : report->time_real, options_.utc), headline,
        options_.colour ? colour_end : "", report == nullptr ? "" : body_of(*report));
}

std::string TextEncoder::body_of(const Report& report) const {
    return indented(options_.with_text ? remarks(report) + text_lines(report) : remarks(report));
}

} // namespace error_report
