// SPDX-License-Identifier: MIT
// The kernel as a Source: one socket that listens, one that asks.
#pragma once

#include "report/attribute.h"
#include "report/error.h"
#include "source/requests.h"
#include "source/socket.h"
#include "source/source.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

namespace error_report {

class NetlinkSource final : public Source {
  public:
    // Joins the group of reports; needs CAP_SYS_ADMIN, and CAP_NET_ADMIN for the large buffer.
    static Result<std::unique_ptr<NetlinkSource>> open();

    // Bytes for messages that were not read yet: what was wanted, and what the kernel granted.
    static constexpr std::size_t wanted_buffer = std::size_t{8} << 20;

    [[nodiscard]] std::size_t granted_buffer() const { return granted_buffer_; }

    [[nodiscard]] std::vector<pollfd> waits() const override {
        return {{.fd = events_.fd(), .events = POLLIN, .revents = 0}};
    }

    Result<std::optional<Event>> receive() override;

    Result<Status> status() override { return requests_.status(); }

    Result<void> retained(std::uint64_t from, const ReportHandler& handler) override {
        return requests_.retained(from, handler);
    }

    Result<void> reopen() override;

  private:
    NetlinkSource(Socket events, Requests requests, std::size_t granted_buffer)
        : events_(std::move(events)), requests_(std::move(requests)),
          granted_buffer_(granted_buffer) {}

    std::optional<Event> next_event();

    Socket events_;
    Requests requests_;
    std::size_t granted_buffer_;
    Datagram datagram_;
    Bytes rest_; // the messages of datagram_ that were not delivered yet
};

} // namespace error_report
