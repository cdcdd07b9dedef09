// SPDX-License-Identifier: MIT
// A recording of error-report record as a Source: what the recorder received comes again, as fast
// as it is taken.
#pragma once

#include "report/error.h"
#include "report/report.h"
#include "source/inbox.h"
#include "source/pcap.h"
#include "source/source.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace error_report {

// A recording is what NetlinkSource's tap saw: the kernel's answers are told by their command, so
// that each STATUS stands for the recorder's question at that moment, and what it dumped then
// follows it. A file that breaks off is replayed up to there.
class ReplaySource final : public Source {
  public:
    static Result<std::unique_ptr<ReplaySource>> open(const std::string& path);

    // There is always something, at last Ended.
    [[nodiscard]] std::vector<pollfd> waits() const override { return {}; }

    // Nothing where the recorder had nothing and asked for the status.
    Result<std::optional<Event>> receive() override;

    // As recorded last, with what came since.
    [[nodiscard]] bool is_patient() const override { return true; }

    Result<Status> status() override;

    // What the recorder dumped behind that status.
    Result<void> retained(std::uint64_t from, const ReportHandler& handler) override;

    // Goes on to the new family's first status; ErrorKind::not_loaded if there is none.
    Result<void> reopen() override;

  private:
    ReplaySource(PcapReader file, std::uint16_t family) : file_(std::move(file)), inbox_(family) {}

    // Reads on up to the next status; false if there is none.
    bool find_status();
    // Takes it over if the datagram is one.
    bool take_status(Bytes datagram);
    Result<void> read_dump(std::uint64_t from, const ReportHandler& handler);
    // What the event says of the kernel's status.
    void account(const Event& event);

    PcapReader file_;
    Inbox inbox_;
    std::vector<std::byte> datagram_; // what inbox_ reads
    std::optional<Status> status_;    // nothing while the module was not loaded
    off_t dump_ = 0;                  // where the file has what was dumped behind that status
};

} // namespace error_report
