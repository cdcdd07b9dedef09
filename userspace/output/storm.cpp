// SPDX-License-Identifier: MIT
#include "output/storm.h"

#include "parse/parse.h"

#include <utility>
#include <variant>

namespace error_report {
namespace {

// Behind these no SEQ of the instance comes any more.
bool ends_instance(const Record& record) {
    return std::holds_alternative<FamilyDown>(record) || std::holds_alternative<Stop>(record);
}

} // namespace

Storm::Storm(Broadcast& broadcast, std::optional<std::chrono::nanoseconds> window, Clock clock)
    : broadcast_(broadcast), clock_(std::move(clock)) {
    if (window)
        dedup_.emplace(static_cast<std::uint64_t>(window->count()));
}

void Storm::take(Record record) {
    if (auto* report = std::get_if<Report>(&record);
        dedup_ && report != nullptr && broadcast_.wants(*report))
        return take_report(std::move(*report));
    if (ends_instance(record))
        finish();
    broadcast_.take(std::move(record));
}

void Storm::take_report(Report report) {
    if (std::exchange(instance_, report.instance) != report.instance)
        finish();
    // What is said of it here must not say more than its line does.
    report = broadcast_.shown(std::move(report));
    const auto parsed = parse_report(report.text);
    // Without a text nobody knows what it repeats.
    if (parsed.fingerprint.empty())
        return broadcast_.write(std::move(report));
    auto verdict = dedup_->take(
        {parsed.fingerprint, parsed.title, report.instance, report.seq, report.time_real},
        clock_());
    say(std::move(verdict.ended));
    if (verdict.pass)
        broadcast_.write(std::move(report));
    else
        broadcast_.pass({report.instance, report.seq});
}

void Storm::expire() {
    if (dedup_)
        say(dedup_->expire(clock_()));
}

void Storm::finish() {
    if (dedup_)
        say(dedup_->finish());
}

void Storm::say(std::vector<Suppressed> ended) {
    for (auto& one : ended)
        broadcast_.take(std::move(one));
}

} // namespace error_report
