// SPDX-License-Identifier: MIT
// The kernel's log → the reports that were printed while the module was not loaded.
#pragma once

#include "parse/finder.h"
#include "report/report.h"
#include "source/kernel_log.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace error_report {

// The module says in the log when an instance begins and ends; what was printed in between it has
// delivered itself.
class Recovery {
  public:
    // log_epoch is when the log's clock was 0, in ns of CLOCK_REALTIME.
    Recovery(std::uint64_t instance, std::uint64_t log_epoch);

    void take(const LogRecord& record);

    // Nothing if the log does not say when the instance began: then it has no older report either.
    // All are flagged, and have what the text says and no more; seq is the number of their first
    // record.
    std::optional<std::vector<Report>> finish();

  private:
    struct Line {
        std::uint64_t seq;
        std::uint64_t time; // µs of the log's clock
        bool loaded;        // the module was
    };

    void mark(std::string_view text);
    [[nodiscard]] Report report_of(const FoundReport& found) const;

    std::string begins_;
    std::uint64_t log_epoch_;
    bool begun_ = false;  // the instance
    bool marked_ = false; // some instance began or ended
    bool loaded_ = false;
    std::vector<Line> lines_; // of the log: no more than the kernel's buffer holds
    std::vector<FoundReport> found_;
    ReportFinder finder_;
};

} // namespace error_report
