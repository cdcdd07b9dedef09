// SPDX-License-Identifier: MIT
// The kernel as a Source: one socket that listens, one that asks.
#pragma once

#include "report/error.h"
#include "source/inbox.h"
#include "source/requests.h"
#include "source/socket.h"
#include "source/source.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

namespace error_report {

struct NetlinkOptions {
    // Bytes for messages that were not read yet.
    std::size_t receive_buffer = std::size_t{8} << 20;
    // Joins the group of reports, which needs CAP_SYS_ADMIN (and the large buffer CAP_NET_ADMIN).
    // Without, nothing but the family's coming and going is received.
    bool join = true;
    // Sees what both sockets receive, in order.
    Tap tap;
};

class NetlinkSource final : public Source {
  public:
    static Result<std::unique_ptr<NetlinkSource>> open(const NetlinkOptions& options);

    // What the kernel granted of the receive buffer.
    [[nodiscard]] std::size_t granted_buffer() const { return granted_buffer_; }

    [[nodiscard]] std::vector<pollfd> waits() const override;

    Result<std::optional<Event>> receive() override;

    // When these fail with ErrorKind::not_loaded, receive() is to tell of FamilyGone, even if the
    // kernel's notice of it was lost; waits() is empty until then.
    Result<Status> status() override;
    Result<void> retained(std::uint64_t from, const ReportHandler& handler) override;
    // One report, as Requests has it.
    Result<void> report(std::uint64_t seq, const ReportHandler& handler);

    // ErrorKind::not_loaded if the family went again meanwhile: FamilyGone follows.
    Result<void> reopen() override;

  private:
    NetlinkSource(Socket events, Requests requests, bool join, std::size_t granted_buffer)
        : events_(std::move(events)), requests_(std::move(requests)), join_(join),
          granted_buffer_(granted_buffer), inbox_(requests_.family().id) {}

    Result<void> join_reports();
    // Notices may have been lost. Whether there was anything to do about it.
    Result<bool> settle_doubt();

    template <class T>
    Result<T> doubting(Result<T> answer);

    Socket events_;
    Requests requests_;
    bool join_;
    std::size_t granted_buffer_;
    Inbox inbox_;
    Datagram datagram_; // what inbox_ reads
    // The family may have come or gone unnoticed.
    bool in_doubt_ = false;
    // What a look-up said. All that the family sent before it went is queued by then, and to be
    // delivered first.
    std::optional<std::optional<std::uint16_t>> looked_up_;
};

} // namespace error_report
