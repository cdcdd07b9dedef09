// SPDX-License-Identifier: MIT
// Questions to the kernel, each answered before the call returns.
#pragma once

#include "report/error.h"
#include "report/report.h"
#include "source/datagram.h"
#include "source/socket.h"
#include "source/source.h"

#include <cstdint>
#include <functional>
#include <optional>

namespace error_report {

class Requests {
  public:
    static Result<Requests> open();

    [[nodiscard]] int family() const { return family_; }

    Result<Status> status();

    // ErrorKind::no_such_report if the kernel does not have it.
    Result<Report> report(std::uint64_t seq);

    // Every report that the kernel retains, from SEQ from on, each once, in the order of SEQ. What
    // is evicted meanwhile is missing.
    Result<void> retained(std::uint64_t from, const ReportHandler& handler);

  private:
    using Handler = std::function<Result<void>(const GenericMessage&)>;

    struct Question {
        std::uint8_t command = 0;
        int flags = 0;
        std::optional<std::uint64_t> seq;
    };

    Requests(Socket socket, int family) : socket_(std::move(socket)), family_(family) {}

    // Each returns whether the kernel says that the dump was interrupted.
    Result<bool> ask(const Question& question, const Handler& handler);
    Result<bool> dump_once(std::uint64_t& next, const ReportHandler& handler);

    Socket socket_;
    int family_;
};

} // namespace error_report
