// SPDX-License-Identifier: MIT
// The kernel's error reports for a program that wants nothing but them: every report once and in
// order, also over overruns of its socket and reloads of the module, and every loss told.
#pragma once

#include "report/consumer.h"
#include "report/error.h"
#include "report/record.h"
#include "source/follower.h"
#include "source/source.h"

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <poll.h>
#include <string_view>
#include <utility>
#include <vector>

namespace error_report {

class Subscription final : private Consumer {
  public:
    // From the next report on, or from the oldest one that the kernel retains. Takes CAP_SYS_ADMIN;
    // ErrorKind::privilege without, ErrorKind::not_loaded where the module is not.
    static Result<std::unique_ptr<Subscription>> open(bool with_retained = false);

    // The same of any source, which this takes over.
    static Result<std::unique_ptr<Subscription>>
    open(std::unique_ptr<Source> source, bool with_retained = false);

    // The next record: a report, or that some were lost, or what became of the module. Waits for it
    // as long as it takes. An error ends the subscription.
    Result<Record> next();

    // The same, but waits no longer than that, and a day at most; nothing if nothing came.
    Result<std::optional<Record>> next(std::chrono::milliseconds limit);

    // What a program with a loop of its own polls before it calls next(0 ms), until nothing comes;
    // at least every Follower::check_interval. Empty: something is here, or may be, so call at
    // once.
    [[nodiscard]] std::vector<pollfd> waits() const {
        return records_.empty() ? source_->waits() : std::vector<pollfd>();
    }

  private:
    using Clock = std::chrono::steady_clock;

    Subscription(std::unique_ptr<Source> source, const Status& status, std::uint64_t from)
        : source_(std::move(source)), follower_(*source_, *this, status, from) {}

    void take(Record record) override { records_.push_back(std::move(record)); }

    void note(std::string_view /*text*/) override {}

    Result<bool> receive();
    Result<void> handle(Event event);
    Result<void> idle();
    Result<void> come_back();
    bool wait(Clock::time_point until);

    std::unique_ptr<Source> source_;
    Follower follower_;
    std::deque<Record> records_; // of one event, or of one look at what the kernel retains
    Result<void> received_;
    Clock::time_point next_check_ = Clock::now() + Follower::check_interval;
};

} // namespace error_report
