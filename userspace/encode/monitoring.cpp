// SPDX-License-Identifier: MIT
#include "encode/monitoring.h"

#include "encode/terminal.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string_view>
#include <vector>

namespace error_report {
namespace {

constexpr std::array<std::string_view, 4> severity_names{"OK", "WARNING", "CRITICAL", "UNKNOWN"};
static_assert(severity_names.size() == static_cast<std::size_t>(Severity::unknown) + 1);

struct Problem {
    Severity severity;
    std::string what;
};

std::vector<Problem> problems_of(const Status& status, const Thresholds& thresholds) {
    std::vector<Problem> result;
    const auto exceeded = [&](const std::optional<std::uint64_t>& threshold) {
        return threshold && status.ended > *threshold;
    };
    if (exceeded(thresholds.critical))
        result.push_back(
            {Severity::critical,
             fmt::format("{} reports are more than {}", status.ended, *thresholds.critical)});
    else if (exceeded(thresholds.warning))
        result.push_back(
            {Severity::warning,
             fmt::format("{} reports are more than {}", status.ended, *thresholds.warning)});
    if (const auto lost = status.lost_no_slot + status.lost_ring_full; lost != 0)
        result.push_back(
            {Severity::warning, fmt::format("{} of {} reports were lost", lost, status.ended)});
    if (status.multicast_failed != 0)
        result.push_back(
            {Severity::warning,
             fmt::format("{} multicasts failed for want of memory", status.multicast_failed)});
    return result;
}

std::string number_or_nothing(const std::optional<std::uint64_t>& value) {
    return value ? std::to_string(*value) : "";
}

// 'label'=value[UOM];[warn];[crit];[min];[max], "c" being a counter.
std::string performance_data(const Status& status, const Thresholds& thresholds) {
    return fmt::format(
        "reports={}c;{};{};0 lost_no_slot={}c;0;;0 lost_ring_full={}c;0;;0 "
        "multicast_failed={}c;0;;0 truncated={}c;;;0 unterminated={}c;;;0 retained={};;;0 "
        "ring_used={}B;;;0;{}",
        status.ended, number_or_nothing(thresholds.warning), number_or_nothing(thresholds.critical),
        status.lost_no_slot, status.lost_ring_full, status.multicast_failed, status.truncated,
        status.unterminated, status.ring_reports, status.ring_used, status.ring_size);
}

Verdict verdict(Severity severity, std::string_view text) {
    return {
        severity,
        fmt::format("{} - {}\n", severity_names.at(static_cast<std::size_t>(severity)), text)};
}

Verdict verdict_of(const Error& error) {
    auto text = printable_line(error.message);
    // A bar would begin the performance data.
    std::ranges::replace(text, '|', '/');
    return verdict(
        error.kind == ErrorKind::not_loaded ? Severity::critical : Severity::unknown, text);
}

} // namespace

Verdict verdict_of(const Result<Status>& status, const Thresholds& thresholds) {
    if (!status)
        return verdict_of(status.error());
    auto severity = Severity::ok;
    std::vector<std::string> texts;
    for (auto& problem : problems_of(*status, thresholds)) {
        severity = std::max(severity, problem.severity);
        texts.push_back(std::move(problem.what));
    }
    if (texts.empty())
        texts.push_back(fmt::format("{} reports, none lost", status->ended));
    return verdict(
        severity,
        fmt::format("{} | {}", fmt::join(texts, ", "), performance_data(*status, thresholds)));
}

} // namespace error_report
