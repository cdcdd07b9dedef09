// SPDX-License-Identifier: MIT
#include "cli/recovery.h"

#include "parse/parse.h"

#include <algorithm>
#include <fmt/format.h>
#include <linux/error_report.h>
#include <string_view>
#include <utility>

namespace error_report {
namespace {

// As kernel/main.c prints it.
constexpr std::string_view mark_front = "error_report_notify: instance ";
constexpr std::string_view mark_end = " ends";

// A number that a field of Report cannot hold is none that the kernel means.
std::optional<std::uint32_t> small(std::optional<std::uint64_t> number) {
    if (!number || *number > UINT32_MAX)
        return std::nullopt;
    return static_cast<std::uint32_t>(*number);
}

} // namespace

Recovery::Recovery(std::uint64_t instance, std::uint64_t log_epoch)
    : begins_(fmt::format("{}{:#018x} begins", mark_front, instance)), log_epoch_(log_epoch),
      finder_([this](const FoundReport& found) { found_.push_back(found); }) {}

void Recovery::take(const LogRecord& record) {
    // Whoever may write to /dev/kmsg has no part in it.
    if (record.facility != 0)
        return;
    if (record.text.starts_with(mark_front))
        return mark(record.text);
    auto line = parse_line(record.prefix);
    std::string_view text = record.text;
    for (bool more = true; more;) {
        const auto end = text.find('\n');
        more = end != std::string_view::npos;
        lines_.push_back({record.seq, record.time, loaded_});
        line.text = text.substr(0, end);
        finder_.whole_line(line);
        text.remove_prefix(more ? end + 1 : text.size());
    }
}

void Recovery::mark(std::string_view text) {
    begun_ = begun_ || text == begins_;
    loaded_ = !text.ends_with(mark_end);
    // Of an instance that began before the log does.
    if (!marked_ && !loaded_)
        for (auto& line : lines_)
            line.loaded = true;
    marked_ = true;
}

std::optional<std::vector<Report>> Recovery::finish() {
    finder_.finish();
    if (!begun_)
        return std::nullopt;
    std::vector<Report> reports;
    for (const auto& found : found_)
        if (!lines_.at(found.first_line - 1).loaded)
            reports.push_back(report_of(found));
    return reports;
}

Report Recovery::report_of(const FoundReport& found) const {
    // By the text alone, as whoever writes the report does it again.
    const auto parsed = parse_report(found.text);
    constexpr std::uint64_t ns_per_us = 1000;
    Report report;
    report.instance = log_instance;
    // Record 0 is the kernel's banner, or a report never begins there.
    report.seq = std::max<std::uint64_t>(lines_.at(found.first_line - 1).seq, 1);
    report.time_real = log_epoch_ + lines_.at(found.last_line - 1).time * ns_per_us;
    report.tool = parsed.category;
    report.text = found.text;
    report.flags = flag_recovered;
    if (found.truncated)
        report.flags |= ERROR_REPORT_FLAG_TRUNCATED;
    else
        report.text_bytes = static_cast<std::uint32_t>(found.text.size());
    if (!parsed.task)
        return report;
    report.cpu = small(parsed.task->cpu);
    report.pid = small(parsed.task->pid);
    if (const auto& comm = parsed.task->comm; !comm.empty())
        report.comm = comm.substr(0, longest_name);
    return report;
}

} // namespace error_report
