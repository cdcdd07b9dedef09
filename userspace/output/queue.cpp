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
    const auto* report = std::get_if<Report>(record->get());
    return overhead + (report != nullptr ? report->text.size() : 0);
}

void Queue::add(Item item) {
    bytes_ += cost(item);
    items_.push_back(std::move(item));
}

bool Queue::is_old(std::uint64_t instance, std::uint64_t seq) const {
    return instance == begin_.instance && seq <= begin_.seq;
}

void Queue::push(std::shared_ptr<const Record> record) {
    if (const auto* report = std::get_if<Report>(record.get()))
        push_report(std::move(record), *report);
    else if (const auto* lost = std::get_if<Lost>(record.get()))
        push_lost(std::move(record), *lost);
    else if (bytes_ <= limit_ + reserve)
        add(std::move(record));
}

void Queue::push_report(std::shared_ptr<const Record> record, const Report& report) {
    if (is_old(report.instance, report.seq))
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
    if (is_old(loss.instance, loss.last))
        return;
    if (is_old(loss.instance, loss.first))
        loss.first = begin_.seq + 1;
    if (bytes_ > limit_)
        lose(loss, lost.report_count);
    else if (loss == lost.loss)
        add(std::move(record));
    else
        add(std::make_shared<const Record>(Lost{loss, lost.report_count}));
}

// Grows the newest item if that is a loss of the same instance; so a sink that stands still costs
// one item, however long.
void Queue::lose(const Loss& loss, std::uint64_t report_count) {
    auto* newest = items_.empty() ? nullptr : std::get_if<Lost>(&items_.back());
    if (newest != nullptr && newest->loss.instance == loss.instance) {
        newest->loss.last = std::max(newest->loss.last, loss.last);
        newest->loss.causes |= loss.causes;
        newest->report_count = std::max(newest->report_count, report_count);
    } else if (bytes_ <= limit_ + reserve) {
        add(Lost{loss, report_count});
    }
}

void Queue::pass(Position position) {
    auto* newest = items_.empty() ? nullptr : std::get_if<Position>(&items_.back());
    if (newest != nullptr)
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
