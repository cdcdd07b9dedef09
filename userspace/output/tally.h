// SPDX-License-Identifier: MIT
// What went through the stream so far, for the metrics.
#pragma once

#include "report/record.h"

#include <cstdint>
#include <map>
#include <string>

namespace error_report {

class Tally {
  public:
    void add(const Record& record);

    [[nodiscard]] const std::map<std::string, std::uint64_t>& reports() const { return reports_; }

    [[nodiscard]] const std::map<std::string, std::uint64_t>& lost() const { return lost_; }

    [[nodiscard]] std::uint64_t suppressed() const { return suppressed_; }

    // ns of CLOCK_REALTIME, 0 while there was none.
    [[nodiscard]] std::uint64_t last_report() const { return last_report_; }

  private:
    std::map<std::string, std::uint64_t> reports_; // by tool
    std::map<std::string, std::uint64_t> lost_;    // by cause
    std::uint64_t suppressed_ = 0;
    std::uint64_t last_report_ = 0;
};

} // namespace error_report
