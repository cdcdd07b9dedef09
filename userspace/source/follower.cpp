// SPDX-License-Identifier: MIT
#include "source/follower.h"

#include <algorithm>
#include <utility>

namespace error_report {

Follower::Follower(Source& source, Consumer& consumer, const Status& status, std::uint64_t from)
    : source_(source), consumer_(consumer), instance_(status.instance), from_(from),
      last_(from - 1) {}

void Follower::stop_at(const Status& status) {
    // What came of another instance is not ours: nobody has subscribed to it.
    if (status.instance == instance_)
        stop_ = status.ended;
    else
        gone_ = true;
}

bool Follower::done() const {
    return reports_ >= report_limit_ || (last_ >= stop_ && !missing_);
}

Result<std::optional<Status>> Follower::ask() {
    auto status = gone_ ? fail(ErrorKind::not_loaded, {}) : source_.status();
    if (status && status->instance == instance_)
        return std::optional(std::move(*status));
    if (!status && status.error().kind != ErrorKind::not_loaded)
        return tl::unexpected(status.error());
    gone_ = true;
    return std::nullopt;
}

Result<void> Follower::begin() {
    const auto status = ask();
    if (!status)
        return tl::unexpected(status.error());
    if (!*status || last_ >= (*status)->ended)
        return {};
    return fetch(**status, std::nullopt);
}

Result<void> Follower::handle(Event event) {
    if (std::holds_alternative<Overrun>(event))
        missing_ = true;
    else if (std::holds_alternative<FamilyGone>(event))
        go_down();
    else if (const auto* unreadable = std::get_if<Unreadable>(&event))
        consumer_.note(unreadable->why);
    else if (auto* report = std::get_if<Report>(&event))
        return handle_piece(std::move(*report));
    else if (const auto* loss = std::get_if<Loss>(&event))
        return handle_piece(*loss);
    return {};
}

Result<void> Follower::idle() {
    if (missing_ && !down_)
        if (auto done = resync("overrun", std::nullopt); !done)
            return done;
    if (gone_)
        go_down();
    return {};
}

Result<void> Follower::reopen() {
    const auto status = source_.status();
    if (!status)
        // Gone again: its own notices will tell.
        return status.error().kind == ErrorKind::not_loaded ? Result<void>()
                                                            : tl::unexpected(status.error());
    instance_ = status->instance;
    last_ = 0;
    checked_ = 0;
    missing_ = gone_ = down_ = false;
    consumer_.take(FamilyUp{instance_, status->ended});
    return fetch(*status, std::nullopt);
}

Result<void> Follower::check() {
    if (down_)
        return {};
    const auto status = ask();
    if (!status)
        return tl::unexpected(status.error());
    if (!*status)
        return {};
    const bool is_late = last_ < checked_;
    checked_ = (*status)->ended;
    return is_late ? resync("check", std::nullopt) : Result<void>();
}

Result<void> Follower::finish() {
    if (done() || down_)
        return {};
    return resync(missing_ ? "overrun" : "stop", std::nullopt);
}

void Follower::go_down() {
    if (std::exchange(down_, true))
        return;
    gone_ = true;
    // What an overrun dropped went with the module, and nobody can say how much that was.
    consumer_.take(FamilyDown{instance_, last_, !std::exchange(missing_, false)});
}

Follower::Range Follower::range_of(const Piece& piece) {
    if (const auto* report = std::get_if<Report>(&piece))
        return {report->seq, report->seq, report->instance};
    const auto& loss = std::get<Loss>(piece);
    return {loss.first, loss.last, loss.instance};
}

Result<void> Follower::handle_piece(Piece piece) {
    const auto range = range_of(piece);
    if (range.instance != instance_ || range.last <= last_)
        return {};
    // Behind an overrun the drop shows as a gap once the queue ran empty unnoticed.
    if (range.first > last_ + 1)
        return resync(missing_ ? "overrun" : "gap", std::move(piece));
    std::uint64_t report_count = range.last;
    if (std::holds_alternative<Loss>(piece)) {
        const auto status = ask();
        if (!status)
            return tl::unexpected(status.error());
        if (*status)
            report_count = (*status)->ended;
    }
    accept(std::move(piece), report_count);
    return {};
}

Result<void> Follower::resync(std::string_view why, std::optional<Piece> pending) {
    const auto status = ask();
    if (!status)
        return tl::unexpected(status.error());
    if (!*status) {
        // Nothing can be fetched any more.
        if (pending) {
            const auto last = range_of(*pending).last;
            accept_behind_gap(std::move(*pending), last);
        }
        return {};
    }
    const auto from = last_ + 1;
    missing_ = true;
    if (auto fetched = fetch(**status, std::move(pending)); !fetched)
        return fetched;
    if (gone_)
        return {};
    missing_ = false;
    if (last_ >= from)
        consumer_.take(Resync{instance_, std::max((*status)->ended, last_), from, last_, why});
    return {};
}

// Merges what the kernel retains behind last_ with the pending live piece, in the order of SEQ. The
// dump begins after the status was taken: what it does not bring of the SEQ up to the status' last
// one will never come.
Result<void> Follower::fetch(const Status& status, std::optional<Piece> pending) {
    const auto take_pending = [&] {
        accept_behind_gap(*std::exchange(pending, std::nullopt), status.ended);
    };
    auto fetched = source_.retained(last_ + 1, [&](Result<Report> report) -> Result<void> {
        if (!report) {
            consumer_.note(report.error().message);
            return {};
        }
        if (report->instance != instance_)
            return {};
        if (pending && range_of(*pending).first <= report->seq)
            take_pending();
        accept_behind_gap(std::move(*report), status.ended);
        return {};
    });
    if (pending)
        take_pending();
    if (!fetched && fetched.error().kind != ErrorKind::not_loaded)
        return fetched;
    if (!fetched)
        gone_ = true;
    else
        lose_up_to(status.ended, status.ended);
    return {};
}

void Follower::accept_behind_gap(Piece piece, std::uint64_t report_count) {
    lose_up_to(range_of(piece).first - 1, report_count);
    accept(std::move(piece), report_count);
}

void Follower::accept(Piece piece, std::uint64_t report_count) {
    if (auto* report = std::get_if<Report>(&piece))
        accept(std::move(*report));
    else
        accept(std::get<Loss>(piece), report_count);
}

void Follower::accept(Report report) {
    if (reports_ >= report_limit_ || report.seq <= last_ || report.seq > stop_)
        return;
    last_ = report.seq;
    ++reports_;
    consumer_.take(std::move(report));
}

void Follower::accept(Loss loss, std::uint64_t report_count) {
    loss.first = std::max(loss.first, last_ + 1);
    loss.last = std::min(loss.last, stop_);
    if (reports_ >= report_limit_ || loss.first > loss.last)
        return;
    last_ = loss.last;
    // The kernel may have gone on since the count was taken.
    consumer_.take(Lost{loss, std::max(report_count, loss.last)});
}

void Follower::lose_up_to(std::uint64_t last, std::uint64_t report_count) {
    accept(Loss{last_ + 1, last, cause_not_retained, instance_}, report_count);
}

} // namespace error_report
