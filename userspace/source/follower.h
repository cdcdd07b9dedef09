// SPDX-License-Identifier: MIT
// Sees to it that every SEQ is accounted for exactly once, in order: as a report or as lost. Pure:
// it knows the kernel only as a Source and the output only as a Consumer.
#pragma once

#include "report/error.h"
#include "report/meta.h"
#include "report/report.h"
#include "source/source.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <variant>

namespace error_report {

class Consumer {
  public:
    Consumer() = default;
    Consumer(const Consumer&) = delete;
    Consumer& operator=(const Consumer&) = delete;
    Consumer(Consumer&&) = delete;
    Consumer& operator=(Consumer&&) = delete;
    virtual ~Consumer() = default;

    virtual Result<void> take(const Report& report) = 0;
    virtual Result<void> take(const Lost& lost) = 0;
    virtual Result<void> take(const Resync& resync) = 0;
    // Something that a person should know and that the stream has no line for.
    virtual void note(std::string_view text) = 0;
};

class Follower {
  public:
    static constexpr std::uint64_t no_limit = std::numeric_limits<std::uint64_t>::max();

    // status is what the kernel said after the group was joined; the stream begins behind it, or,
    // with_backlog, with the oldest report that the kernel retained then.
    Follower(Source& source, Consumer& consumer, const Status& status, bool with_backlog);

    // The first SEQ that is accounted for.
    [[nodiscard]] std::uint64_t from() const { return from_; }

    // The last SEQ that was accounted for; from() - 1 while there is none.
    [[nodiscard]] std::uint64_t position() const { return last_; }

    [[nodiscard]] std::uint64_t instance() const { return instance_; }

    [[nodiscard]] std::uint64_t reports() const { return reports_; }

    // After that many reports everything else is ignored.
    void limit_reports(std::uint64_t limit) { report_limit_ = limit; }

    // Everything behind the status' last SEQ is ignored.
    void stop_at(const Status& status);
    // The limit or the stop is reached.
    [[nodiscard]] bool done() const;

    // Delivers the backlog.
    Result<void> begin();
    Result<void> handle(Event event);
    // The source has nothing queued: what an overrun dropped is to be fetched now.
    Result<void> idle();
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
    Result<void> handle_piece(Piece piece);
    Result<void> resync(std::string_view why, std::optional<Piece> pending);
    Result<void> fetch(const Status& status, std::optional<Piece> pending);
    Result<void> accept_behind_gap(const Piece& piece, std::uint64_t report_count);
    Result<void> accept(const Piece& piece, std::uint64_t report_count);
    Result<void> accept(const Report& report);
    Result<void> accept(Loss loss, std::uint64_t report_count);
    Result<void> lose_up_to(std::uint64_t last, std::uint64_t report_count);

    Source& source_;
    Consumer& consumer_;
    std::uint64_t instance_;
    std::uint64_t from_;
    std::uint64_t last_;
    std::uint64_t reports_ = 0;
    std::uint64_t report_limit_ = no_limit;
    std::uint64_t stop_ = no_limit; // the last SEQ that is wanted
    bool overrun_ = false;          // something was dropped that was not fetched yet
    std::optional<Status> backlog_; // what begin() has to deliver
};

} // namespace error_report
