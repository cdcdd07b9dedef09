// SPDX-License-Identifier: MIT
#include "source/follower.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace error_report {

Follower::Follower(Source& source, Consumer& consumer, const Status& status, bool with_backlog)
    : source_(source), consumer_(consumer), instance_(status.instance),
      from_(with_backlog ? status.oldest_seq.value_or(status.ended + 1) : status.ended + 1),
      last_(from_ - 1) {
    if (with_backlog)
        backlog_ = status;
}

void Follower::stop_at(const Status& status) {
    // Of another instance nothing was seen yet: finish() changes over to it.
    stop_ = status.ended;
    if (status.instance != instance_)
        overrun_ = true;
}

bool Follower::done() const {
    return reports_ >= report_limit_ || (last_ >= stop_ && !overrun_);
}

Result<void> Follower::begin() {
    if (!backlog_)
        return {};
    return fetch(*std::exchange(backlog_, std::nullopt), std::nullopt);
}

Result<void> Follower::handle(Event event) {
    if (std::holds_alternative<Overrun>(event)) {
        overrun_ = true;
        return {};
    }
    if (const auto* unreadable = std::get_if<Unreadable>(&event)) {
        consumer_.note(unreadable->why);
        return {};
    }
    if (auto* report = std::get_if<Report>(&event))
        return handle_piece(std::move(*report));
    return handle_piece(std::get<Loss>(event));
}

Result<void> Follower::idle() {
    if (!overrun_)
        return {};
    return resync("overrun", std::nullopt);
}

Result<void> Follower::finish() {
    if (done())
        return {};
    return resync(overrun_ ? "overrun" : "stop", std::nullopt);
}

Follower::Range Follower::range_of(const Piece& piece) {
    if (const auto* report = std::get_if<Report>(&piece))
        return {report->seq, report->seq, report->instance};
    const auto& loss = std::get<Loss>(piece);
    return {loss.first, loss.last, loss.instance};
}

Result<void> Follower::handle_piece(Piece piece) {
    const auto range = range_of(piece);
    if (range.instance != instance_)
        return resync("instance", std::move(piece));
    if (range.last <= last_)
        return {};
    // Behind an overrun the drop shows as a gap once the queue ran empty unnoticed.
    if (range.first > last_ + 1)
        return resync(overrun_ ? "overrun" : "gap", std::move(piece));
    if (std::holds_alternative<Report>(piece))
        return accept(std::get<Report>(piece));
    const auto status = source_.status();
    if (!status)
        return tl::unexpected(status.error());
    return accept(std::get<Loss>(piece), status->ended);
}

Result<void> Follower::resync(std::string_view why, std::optional<Piece> pending) {
    const auto status = source_.status();
    if (!status)
        return tl::unexpected(status.error());
    overrun_ = false;
    if (status->instance != instance_) {
        instance_ = status->instance;
        last_ = 0;
        why = "instance";
    }
    // A straggler of an instance that is gone.
    if (pending && range_of(*pending).instance != instance_)
        pending.reset();
    const auto from = last_ + 1;
    if (auto fetched = fetch(*status, std::move(pending)); !fetched)
        return fetched;
    if (last_ < from)
        return {};
    return consumer_.take(Resync{instance_, std::max(status->ended, last_), from, last_, why});
}

// Merges what the kernel retains behind last_ with the pending live piece, in the order of SEQ. The
// dump begins after the status was taken: what it does not bring of the SEQ up to the status' last
// one will never come.
Result<void> Follower::fetch(const Status& status, std::optional<Piece> pending) {
    const auto take_pending = [&]() -> Result<void> {
        return accept_behind_gap(*std::exchange(pending, std::nullopt), status.ended);
    };
    auto fetched = source_.retained(last_ + 1, [&](Result<Report> report) -> Result<void> {
        if (!report) {
            consumer_.note(report.error().message);
            return {};
        }
        if (report->instance != instance_)
            return {};
        if (pending && range_of(*pending).first <= report->seq)
            if (auto taken = take_pending(); !taken)
                return taken;
        return accept_behind_gap(std::move(*report), status.ended);
    });
    if (!fetched)
        return fetched;
    if (pending)
        if (auto taken = take_pending(); !taken)
            return taken;
    return lose_up_to(status.ended, status.ended);
}

Result<void> Follower::accept_behind_gap(const Piece& piece, std::uint64_t report_count) {
    if (auto lost = lose_up_to(range_of(piece).first - 1, report_count); !lost)
        return lost;
    return accept(piece, report_count);
}

Result<void> Follower::accept(const Piece& piece, std::uint64_t report_count) {
    if (const auto* report = std::get_if<Report>(&piece))
        return accept(*report);
    return accept(std::get<Loss>(piece), report_count);
}

Result<void> Follower::accept(const Report& report) {
    if (reports_ >= report_limit_ || report.seq <= last_ || report.seq > stop_)
        return {};
    last_ = report.seq;
    ++reports_;
    return consumer_.take(report);
}

Result<void> Follower::accept(Loss loss, std::uint64_t report_count) {
    loss.first = std::max(loss.first, last_ + 1);
    loss.last = std::min(loss.last, stop_);
    if (reports_ >= report_limit_ || loss.first > loss.last)
        return {};
    last_ = loss.last;
    // The kernel may have gone on since the count was taken.
    return consumer_.take(Lost{loss, std::max(report_count, loss.last)});
}

Result<void> Follower::lose_up_to(std::uint64_t last, std::uint64_t report_count) {
    return accept(Loss{last_ + 1, last, cause_not_retained, instance_}, report_count);
}

} // namespace error_report
