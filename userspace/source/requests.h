// SPDX-License-Identifier: MIT
// Questions to the kernel, each answered before the call returns.
#pragma once

#include "report/error.h"
#include "report/report.h"
#include "source/datagram.h"
#include "source/family.h"
#include "source/socket.h"
#include "source/source.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace error_report {

class Requests {
  public:
    // ErrorKind::not_loaded if the kernel has no family error_report.
    static Result<Requests> open(const Tap& tap = {});

    // The family as it was last resolved.
    [[nodiscard]] const Family& family() const { return family_; }

    // Looks the family up anew; from then on requests go to what was found. What its answer to a
    // request may be depends on the privileges that this process had at open().
    Result<void> resolve();

    // A family as it is now; ErrorKind::not_loaded if the kernel has none of that name.
    Result<Family> look_up(std::string_view name);

    // All of the following fail with ErrorKind::not_loaded if the family is not what it was when it
    // was resolved: the module was unloaded, and perhaps loaded again.

    Result<Status> status();

    // ErrorKind::no_such_report if the kernel does not have it.
    Result<Report> report(std::uint64_t seq);
    // The same; the handler, called at most once, also gets why it could not be decoded.
    Result<void> report(std::uint64_t seq, const ReportHandler& handler);

    // Every report that the kernel retains, from SEQ from on, each once, in the order of SEQ. What
    // is evicted meanwhile is missing.
    Result<void> retained(std::uint64_t from, const ReportHandler& handler);

  private:
    using Handler = std::function<Result<void>(const GenericMessage&)>;

    struct Question {
        std::uint16_t family = 0;
        std::uint8_t command = 0;
        int flags = 0;
        std::optional<std::uint64_t> seq;
        std::string name;
    };

    explicit Requests(Socket socket) : socket_(std::move(socket)) {}

    Result<std::uint32_t> send(const Question& question);
    // Each returns whether the kernel says that the dump was interrupted.
    Result<bool> ask(const Question& question, const Handler& handler);
    Result<bool> dump_once(std::uint64_t& next, const ReportHandler& handler);

    Socket socket_;
    Family family_;
};

} // namespace error_report
