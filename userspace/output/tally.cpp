// SPDX-License-Identifier: MIT
#include "output/tally.h"

#include "report/names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace error_report {
namespace {

// Names are the kernel's, or those of whoever forges them: no more than these are told apart.
constexpr std::size_t most_names = 64;

std::uint64_t& counter(std::map<std::string, std::uint64_t>& counters, const std::string& name) {
    return counters.size() < most_names || counters.contains(name) ? counters[name]
                                                                   : counters["other"];
}

} // namespace

void Tally::add(const Record& record) {
    if (const auto* report = std::get_if<Report>(&record)) {
        ++counter(reports_, report->tool);
        last_report_ = report->time_real;
    } else if (const auto* lost = std::get_if<Lost>(&record)) {
        const auto cause = fmt::format("{}", fmt::join(cause_names(lost->loss.causes), "+"));
        counter(lost_, cause) += lost->loss.last - lost->loss.first + 1;
    } else if (const auto* suppressed = std::get_if<Suppressed>(&record)) {
        suppressed_ += suppressed->count;
    }
}

} // namespace error_report
