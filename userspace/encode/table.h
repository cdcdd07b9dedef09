// SPDX-License-Identifier: MIT
// Reports as a table for people, one row each.
#pragma once

#include "report/report.h"

#include <cstddef>
#include <string>
#include <vector>

namespace error_report {

class ReportTable {
  public:
    explicit ReportTable(bool utc) : utc_(utc) {}

    // Keeps what the row shows, not the report.
    void add(const Report& report);

    // Header and rows, each cut to width columns, 0 = not at all.
    [[nodiscard]] std::string text(std::size_t width) const;

  private:
    using Row = std::vector<std::string>;

    bool utc_;
    std::vector<Row> rows_;
};

} // namespace error_report
