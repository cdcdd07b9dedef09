// SPDX-License-Identifier: MIT
#include "parse/dedup.h"

#include <iterator>
#include <utility>

namespace error_report {
namespace {

// False if there is no room for one more range.
bool add(std::vector<SeqRange>& ranges, std::uint64_t seq) {
    if (!ranges.empty() && ranges.back().last + 1 == seq) {
        ranges.back().last = seq;
        return true;
    }
    if (ranges.size() == Dedup::most_ranges)
        return false;
    ranges.push_back({.first = seq, .last = seq});
    return true;
}

} // namespace

Dedup::Verdict Dedup::take(const Sighting& report, std::uint64_t now) {
    Verdict verdict{.ended = expire(now)};
    const auto found = by_fingerprint_.find(report.fingerprint);
    if (found != by_fingerprint_.end()) {
        auto& repeats = found->second->suppressed;
        if (add(repeats.seqs, report.seq)) {
            newest_ = report.seq;
            repeats.first_time = repeats.count++ == 0 ? report.time : repeats.first_time;
            repeats.last_time = report.time;
            return verdict;
        }
        close(found->second, verdict.ended);
    }
    if (windows_.size() == most_windows)
        close(windows_.begin(), verdict.ended);
    newest_ = report.seq;
    open(report, now);
    verdict.pass = true;
    return verdict;
}

std::vector<Suppressed> Dedup::expire(std::uint64_t now) {
    std::vector<Suppressed> ended;
    while (!windows_.empty() && windows_.front().ends <= now)
        close(windows_.begin(), ended);
    return ended;
}

std::vector<Suppressed> Dedup::finish() {
    std::vector<Suppressed> ended;
    while (!windows_.empty())
        close(windows_.begin(), ended);
    return ended;
}

void Dedup::open(const Sighting& report, std::uint64_t now) {
    Window window{.ends = now + window_, .suppressed = {}};
    window.suppressed.instance = report.instance;
    window.suppressed.fingerprint = report.fingerprint;
    window.suppressed.title = report.title;
    windows_.push_back(std::move(window));
    by_fingerprint_[report.fingerprint] = std::prev(windows_.end());
}

void Dedup::close(Windows::iterator window, std::vector<Suppressed>& ended) {
    by_fingerprint_.erase(window->suppressed.fingerprint);
    window->suppressed.report_count = newest_;
    if (window->suppressed.count > 0)
        ended.push_back(std::move(window->suppressed));
    windows_.erase(window);
}

} // namespace error_report
