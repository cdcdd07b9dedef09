// SPDX-License-Identifier: MIT
// Where reports come from, as the rest of the program sees it.
#pragma once

#include "report/error.h"
#include "report/report.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <poll.h>
#include <string>
#include <variant>
#include <vector>

namespace error_report {

// The kernel dropped messages to this subscriber; the queue holds those before the drop.
struct Overrun {};

// A message that cannot be decoded.
struct Unreadable {
    std::string why;
};

// The family was unregistered: the module is gone. All that it sent came before.
struct FamilyGone {};

// The family is there again. Nothing comes before reopen().
struct FamilyCame {};

// Nothing will ever come again: a recording was played to its end.
struct Ended {};

using Event = std::variant<Report, Loss, Overrun, Unreadable, FamilyGone, FamilyCame, Ended>;

// Takes a retained report, or why it could not be decoded; an error ends the fetch.
using ReportHandler = std::function<Result<void>(Result<Report>)>;

// How long the kernel's worker may take to multicast what has ended. What has not come then is to
// be fetched.
inline constexpr std::chrono::milliseconds worker_limit{1000};

class Source {
  public:
    Source() = default;
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;
    Source(Source&&) = delete;
    Source& operator=(Source&&) = delete;
    virtual ~Source() = default;

    // What poll() has to wait for until receive() has something; empty if it always has.
    [[nodiscard]] virtual std::vector<pollfd> waits() const = 0;

    // The next live event, in the order of SEQ; never blocks, nothing if none is queued. One event
    // a call, so that the caller decides how much it takes at a time.
    virtual Result<std::optional<Event>> receive() = 0;

    virtual Result<Status> status() = 0;

    // Every report that the kernel retains, from SEQ from on, in the order of SEQ.
    virtual Result<void> retained(std::uint64_t from, const ReportHandler& handler) = 0;

    // What is not received stays where it is: who takes his time loses nothing.
    [[nodiscard]] virtual bool is_patient() const { return false; }

    // After FamilyCame: subscribes anew. ErrorKind::privilege if that takes a capability that was
    // dropped.
    virtual Result<void> reopen() = 0;
};

} // namespace error_report
