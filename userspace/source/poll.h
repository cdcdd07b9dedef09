// SPDX-License-Identifier: MIT
// The kernel as a Source for those who may read reports but not join their group (CAP_SYSLOG):
// sleeps on the number of reports in sysfs, and asks for each.
#pragma once

#include "report/error.h"
#include "source/netlink.h"
#include "source/source.h"
#include "source/sysfs_file.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace error_report {

// What the kernel lost itself comes as what it does not retain: only the group is told the cause.
// What ended last before the module was unloaded may be missing, if it was not asked for in time.
class PollSource final : public Source {
  public:
    static Result<std::unique_ptr<PollSource>> open();

    [[nodiscard]] std::vector<pollfd> waits() const override;

    Result<std::optional<Event>> receive() override;

    Result<Status> status() override { return netlink_->status(); }

    Result<void> retained(std::uint64_t from, const ReportHandler& handler) override {
        return netlink_->retained(from, handler);
    }

    // Needs no privilege. Waits, for a moment, for what the kernel brings up behind the family.
    Result<void> reopen() override;

  private:
    explicit PollSource(std::unique_ptr<NetlinkSource> netlink) : netlink_(std::move(netlink)) {}

    // Begins behind the reports that have ended, or, for a new instance, with its first.
    Result<void> begin(bool anew);
    // Reads the count once everything up to the one before was asked for.
    Result<void> look();
    // What became of the SEQ next_; ErrorKind::not_loaded leaves it to FamilyGone.
    Result<std::optional<Event>> fetch();
    // There is no such report: neither are those up to the next one that is retained.
    Result<std::optional<Event>> skip();
    Result<std::optional<Event>> receive_notice();

    std::unique_ptr<NetlinkSource> netlink_; // asks, and tells of the family's coming and going
    std::optional<SysfsFile> report_count_;  // nothing while the module is not loaded
    std::uint64_t instance_ = 0;
    std::uint64_t next_ = 1;  // the SEQ to ask for
    std::uint64_t count_ = 0; // the last SEQ that is known to have ended
};

} // namespace error_report
