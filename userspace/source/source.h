// SPDX-License-Identifier: MIT
// Where reports come from, as the rest of the program sees it.
#pragma once

#include "report/error.h"
#include "report/report.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>

namespace error_report {

// The kernel dropped messages to this subscriber; the queue holds those before the drop.
struct Overrun {};

// A message that cannot be decoded.
struct Unreadable {
    std::string why;
};

using Event = std::variant<Report, Loss, Overrun, Unreadable>;

// Takes a retained report, or why it could not be decoded; an error ends the fetch.
using ReportHandler = std::function<Result<void>(Result<Report>)>;

class Source {
  public:
    Source() = default;
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;
    Source(Source&&) = delete;
    Source& operator=(Source&&) = delete;
    virtual ~Source() = default;

    // Readable when receive() has something.
    [[nodiscard]] virtual int poll_fd() const = 0;

    // The next live event, in the order of SEQ; never blocks, nothing if none is queued.
    virtual Result<std::optional<Event>> receive() = 0;

    virtual Result<Status> status() = 0;

    // Every report that the kernel retains, from SEQ from on, in the order of SEQ.
    virtual Result<void> retained(std::uint64_t from, const ReportHandler& handler) = 0;
};

} // namespace error_report
