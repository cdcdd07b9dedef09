// SPDX-License-Identifier: MIT
// Data → one line of JSON, newline included; docs/json.md is the format's manual. Pure, and never
// an exception for what the data says.
#pragma once

#include "report/meta.h"
#include "report/report.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace error_report {

class JsonEncoder {
  public:
    // Log shippers cut, refuse or stop at longer lines; Fluent Bit's limit is 32 KiB.
    static constexpr std::size_t default_max_line = std::size_t{30} << 10;
    // Any line without its text fits.
    static constexpr std::size_t least_max_line = 4096;

    // max_line in bytes with the newline, 0 for none; it holds for reports, whose text is cut.
    JsonEncoder(const Origin& origin, std::size_t max_line);

    [[nodiscard]] std::string encode(const Report& report) const;
    // now in ns of CLOCK_REALTIME.
    [[nodiscard]] std::string encode(const Start& start, std::uint64_t now) const;
    [[nodiscard]] std::string encode(const Lost& lost, std::uint64_t now) const;
    [[nodiscard]] std::string encode(const Resync& resync, std::uint64_t now) const;
    [[nodiscard]] std::string encode(const Stop& stop, std::uint64_t now) const;
    [[nodiscard]] std::string encode(const Status& status, std::uint64_t now) const;

  private:
    Origin origin_;
    std::size_t max_line_;
};

} // namespace error_report
