// SPDX-License-Identifier: MIT
// One run of listen: from the source through the follower to every output, until there is a reason
// to stop.
#pragma once

#include "cli/service.h"
#include "cli/signals.h"
#include "cli/timer.h"
#include "cli/wakeup.h"
#include "output/broadcast.h"
#include "output/storm.h"
#include "report/error.h"
#include "source/follower.h"
#include "source/source.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <poll.h>
#include <string>
#include <vector>

namespace error_report {

struct SessionOptions {
    bool backlog = false;
    std::optional<std::uint64_t> count;
    std::optional<std::string> metrics; // a file
    std::optional<std::chrono::nanoseconds> dedup;
    std::vector<Report> recovered;
};

class Session {
  public:
    // died is raised when an output does.
    Session(
        Source& source, Broadcast& broadcast, Broadcast::Writers& writers, const Signals& signals,
        const Wakeup& died, const Service& service, SessionOptions options);

    Result<void> run();

  private:
    // What ended the stream, and whether that is an error nevertheless.
    struct Reason {
        std::string name;
        Result<void> result;
    };

    Result<Reason> follow(Follower& follower);
    Result<void> wait();
    bool is_ready(int fd, int events) const;
    std::optional<Reason> take_signal();
    std::optional<Reason> look_after_outputs();
    bool have_room();
    Result<std::optional<Reason>> take_batch(Follower& follower);
    Result<std::optional<Reason>> take_event(Follower& follower, Event event);
    Result<std::optional<Reason>> come_back(Follower& follower);
    Result<void> stop(Follower& follower, const Reason& reason);
    Result<void> drain(Follower& follower, const Status& status);
    Result<void> finish_outputs();
    void set_timers(Follower& follower);
    void write_metrics();

    Source& source_;
    Broadcast& broadcast_;
    Broadcast::Writers& writers_;
    const Signals& signals_;
    const Wakeup& died_;
    const Service& service_;
    SessionOptions options_;
    Storm storm_;
    Timers timers_;
    std::vector<pollfd> waiting_;
    Result<void> checked_;
    bool metrics_failed_ = false;
};

} // namespace error_report
