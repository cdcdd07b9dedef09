// SPDX-License-Identifier: MIT
#include "output/broadcast.h"

#include "parse/redact.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace error_report {

namespace {

// The first SEQ that an output wants.
std::uint64_t
first_seq(const std::optional<Position>& saved, const Status& status, bool with_backlog) {
    if (saved && saved->instance == status.instance)
        return std::min(saved->seq, status.ended) + 1;
    // Of this boot, but the module was loaded again since: all that this load has seen is new.
    if (saved)
        return 1;
    return with_backlog ? status.oldest_seq.value_or(status.ended + 1) : status.ended + 1;
}

} // namespace

std::uint64_t Broadcast::begin(const Status& status, bool with_backlog, const Start& start) {
    auto first = status.ended + 1;
    for (const auto& writer : writers_) {
        auto own = start;
        own.from = first_seq(writer->saved(), status, with_backlog);
        first = std::min(first, own.from);
        writer->start({status.instance, own.from - 1});
        writer->push(std::make_shared<const Record>(std::move(own)));
    }
    return first;
}

bool Broadcast::wants(const Report& report) const {
    return options_.tools.empty() ||
           std::ranges::find(options_.tools, report.tool) != options_.tools.end();
}

void Broadcast::pass(Position position) {
    for (const auto& writer : writers_)
        writer->pass(position);
}

Report Broadcast::shown(Report report) const {
    if (options_.redact)
        redact(report);
    return report;
}

void Broadcast::take(Record record) {
    if (auto* report = std::get_if<Report>(&record)) {
        if (!wants(*report))
            return pass({report->instance, report->seq});
        *report = shown(std::move(*report));
    }
    write(std::move(record));
}

void Broadcast::write(Record record) {
    tally_.add(record);
    const auto shared = std::make_shared<const Record>(std::move(record));
    for (const auto& writer : writers_)
        writer->push(shared);
}

} // namespace error_report
