// SPDX-License-Identifier: MIT
// Sees to it that every SEQ is accounted for exactly once, in order: as a report or as lost. Pure:
// it knows the kernel only as a Source and the output only as a Consumer.
#pragma once

#include "report/consumer.h"
#include "report/error.h"
#include "report/meta.h"
#include "report/report.h"
#include "source/source.h"

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <variant>

namespace error_report {

class Follower {
  public:
    // LOST_NTF and gaps tell of every loss; check() is for what neither tells, the loss of both at
    // the end of a burst.
    static constexpr std::chrono::seconds check_interval{30};

    static constexpr std::uint64_t no_limit = std::numeric_limits<std::uint64_t>::max();

    // status is what the kernel said after the group was joined; the stream accounts for every SEQ
    // of its instance from from on, which is at most the one behind status.ended.
    Follower(Source& source, Consumer& consumer, const Status& status, std::uint64_t from);

    // The first SEQ that is accounted for.
    [[nodiscard]] std::uint64_t from() const { return from_; }

    // The last SEQ that was accounted for; from() - 1 while there is none.
    [[nodiscard]] std::uint64_t position() const { return last_; }

    [[nodiscard]] std::uint64_t instance() const { return instance_; }

    [[nodiscard]] std::uint64_t reports() const { return reports_; }

    // The module is unloaded, and the stream has said so. Nothing comes before reopen().
    [[nodiscard]] bool is_down() const { return down_; }

    // After that many reports everything else is ignored.
    void limit_reports(std::uint64_t limit) { report_limit_ = limit; }

    // Everything behind the status' last SEQ is ignored.
    void stop_at(const Status& status);
    // The limit or the stop is reached.
    [[nodiscard]] bool done() const;

    // That the module is unloaded is an error of none of these.

    // Delivers what had ended before.
    Result<void> begin();
    Result<void> handle(Event event);
    // The source has nothing queued: what an overrun dropped is to be fetched now.
    Result<void> idle();
    // The source was opened anew after FamilyCame: a new instance, of which every SEQ counts.
    Result<void> reopen();
    // To be called every check_interval: what had ended at the call before and did not come is
    // fetched.
    Result<void> check();
    // What is missing up to the stop is fetched or called lost.
    Result<void> finish();

  private:
    using Piece = std::variant<Report, Loss>;

    struct Range {
        std::uint64_t first;
        std::uint64_t last;
        std::uint64_t instance;
    };

    static Range range_of(const Piece& piece);
    // The kernel's status, or nothing if the instance is gone; what is queued of it still counts.
    Result<std::optional<Status>> ask();
    Result<void> handle_piece(Piece piece);
    Result<void> resync(std::string_view why, std::optional<Piece> pending);
    Result<void> fetch(const Status& status, std::optional<Piece> pending);
    void go_down();
    void accept_behind_gap(Piece piece, std::uint64_t report_count);
    void accept(Piece piece, std::uint64_t report_count);
    void accept(Report report);
    void accept(Loss loss, std::uint64_t report_count);
    void lose_up_to(std::uint64_t last, std::uint64_t report_count);

    Source& source_;
    Consumer& consumer_;
    std::uint64_t instance_;
    std::uint64_t from_;
    std::uint64_t last_;
    std::uint64_t reports_ = 0;
    std::uint64_t report_limit_ = no_limit;
    std::uint64_t stop_ = no_limit; // the last SEQ that is wanted
    std::uint64_t checked_ = 0;     // the last SEQ at the latest check()
    bool missing_ = false;          // something was dropped that was not fetched yet
    bool gone_ = false;             // the instance cannot be asked any more
    bool down_ = false;
};

} // namespace error_report
