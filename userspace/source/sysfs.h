// SPDX-License-Identifier: MIT
// The 2021 interface as a Source: a kernel that has /sys/kernel/error_report and nothing else tells
// the last report's text and how many there were.
#pragma once

#include "report/error.h"
#include "report/file_descriptor.h"
#include "report/report.h"
#include "source/source.h"
#include "source/sysfs_file.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace error_report {

// SEQ is report_count; the reports between two that were read in time are a Loss with
// cause_overwritten. The instance is the number of the file report_count. time_real is when the
// report was read; what else the text does not tell is absent.
class SysfsSource final : public Source {
  public:
    static constexpr const char* default_folder = "/sys/kernel/error_report";

    // folder has last_report and report_count. ErrorKind::privilege without the right to read
    // last_report.
    static Result<std::unique_ptr<SysfsSource>> open(std::string folder);

    [[nodiscard]] std::vector<pollfd> waits() const override;

    Result<std::optional<Event>> receive() override;

    // What the kernel does not count is 0.
    Result<Status> status() override;
    // The last report.
    Result<void> retained(std::uint64_t from, const ReportHandler& handler) override;

    // Takes the right to read last_report.
    Result<void> reopen() override;

  private:
    struct Files {
        SysfsFile report_count;
        SysfsFile last_report;
        std::uint64_t instance = 0;
    };

    SysfsSource(std::string folder, FileDescriptor timer, Files files, std::uint64_t count)
        : folder_(std::move(folder)), timer_(std::move(timer)), files_(std::move(files)),
          last_(count) {}

    static Result<Files> open_files(const std::string& folder);

    Result<std::uint64_t> read_count();
    // The last report with its number; nothing while there was none, or while they come so fast
    // that its number cannot be told.
    Result<std::optional<Report>> read_last();
    Result<std::optional<Event>> receive_report();
    std::optional<Event> lose_files();
    std::optional<Event> look_for_files();

    std::string folder_;
    FileDescriptor timer_;         // ticks: no poll() tells that the files went, or came
    std::optional<Files> files_;   // nothing after FamilyGone
    bool came_ = false;            // they are back, and the subscriber knows
    std::uint64_t last_;           // the SEQ up to which everything was delivered
    bool is_behind_ = false;       // there is more than was delivered
    std::optional<Report> queued_; // the report behind the loss that was delivered
};

} // namespace error_report
