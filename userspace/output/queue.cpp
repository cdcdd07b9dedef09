// SPDX-License-Identifier: MIT
#include "output/queue.h"

#include <algorithm>
#include <utility>

namespace error_report {
namespace {

// What is no report may take this much beyond the limit.
constexpr std::size_t reserve = std::size_t{64} << 10;

// One memory allocation for the record, its strings' besides the text, and a share of the deque.
constexpr std::size_t overhead = sizeof(Record) + 128;

} // namespace

std::size_t Queue::cost(const Item& item) {
    const auto* record = std::get_if<std::shared_ptr<const Record>>(&item);
    if (record == nullptr)
        return overhead;
    if (const auto* report = std::get_if<Report>(record->get()))
        return overhead + report->text.size();
    if (const auto* suppressed = std::get_if<Suppressed>(record->get()))
        return overhead + suppressed->seqs.size() * sizeof(SeqRange);
    return overhead;
}

void Queue::add(Item item) {
    bytes_ += cost(item);
    items_.push_back(std::move(item));
}

std::uint64_t Queue::begin_of(std::uint64_t instance) const {
    const auto found = std::ranges::find(begins_, instance, &Position::instance);
    return found == begins_.end() ? 0 : found->seq;
}

void Queue::push(std::shared_ptr<const Record> record) {
    if (const auto* report = std::get_if<Report>(record.get()))
        push_report(std::move(record), *report);
    else if (const auto* lost = std::get_if<Lost>(record.get()))
        push_lost(std::move(record), *lost);
    else if (const auto* suppressed = std::get_if<Suppressed>(record.get()))
        push_suppressed(std::move(record), *suppressed);
    else if (bytes_ <= limit_ + reserve)
        add(std::move(record));
}

void Queue::push_report(std::shared_ptr<const Record> record, const Report& report) {
    if (report.seq <= begin_of(report.instance))
        return;
    if (bytes_ + cost(record) <= limit_) {
        add(std::move(record));
        return;
    }
    ++dropped_;
    lose({report.seq, report.seq, cause_queue_full, report.instance}, report.seq);
}

void Queue::push_lost(std::shared_ptr<const Record> record, const Lost& lost) {
    auto loss = lost.loss;
    const auto begin = begin_of(loss.instance);
    if (loss.last <= begin)
        return;
    loss.first = std::max(loss.first, begin + 1);
    if (bytes_ > limit_)
        lose(loss, lost.report_count);
    else if (loss == lost.loss)
        add(std::move(record));
    else
        add(std::make_shared<const Record>(Lost{loss, lost.report_count}));
}

void Queue::push_suppressed(std::shared_ptr<const Record> record, const Suppressed& suppressed) {
    if (bytes_ + cost(record) <= limit_ + reserve)
        return add(std::move(record));
    dropped_ += suppressed.count;
    for (const auto& range : suppressed.seqs)
        lose(
            {range.first, range.last, cause_queue_full, suppressed.instance},
            suppressed.report_count);
}

// Grows the newest item if that is a loss of the same instance; so a sink that stands still costs
// one item, however long.
void Queue::lose(const Loss& loss, std::uint64_t report_count) {
    auto* newest = items_.empty() ? nullptr : std::get_if<Lost>(&items_.back());
    if (newest != nullptr && newest->loss.instance == loss.instance) {
        newest->loss.first = std::min(newest->loss.first, loss.first);
        newest->loss.last = std::max(newest->loss.last, loss.last);
        newest->loss.causes |= loss.causes;
        newest->report_count = std::max(newest->report_count, report_count);
    } else if (bytes_ <= limit_ + reserve) {
        add(Lost{loss, report_count});
    }
}

void Queue::pass(Position position) {
    auto* newest = items_.empty() ? nullptr : std::get_if<Position>(&items_.back());
    if (newest != nullptr && newest->instance == position.instance)
        *newest = position;
    else if (bytes_ <= limit_)
        add(position);
}

std::optional<Queue::Item> Queue::pop() {
    if (items_.empty())
        return std::nullopt;
    auto item = std::move(items_.front());
    items_.pop_front();
    bytes_ -= cost(item);
    return item;
}

void Queue::clear() {
    items_.clear();
    bytes_ = 0;
}

} // namespace error_report
