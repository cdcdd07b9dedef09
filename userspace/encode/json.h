// SPDX-License-Identifier: MIT
// Data → one line of JSON, newline included; docs/json.md is the format's manual. Pure, and never
// an exception for what the data says.
#pragma once

#include "encode/encoder.h"
#include "report/report.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace error_report {

class JsonEncoder final : public Encoder {
  public:
    // Log shippers cut, refuse or stop at longer lines; Fluent Bit's limit is 32 KiB.
    static constexpr std::size_t default_max_line = std::size_t{30} << 10;
    // Any line without its text fits.
    static constexpr std::size_t least_max_line = 4096;

    explicit JsonEncoder(EncoderOptions options);

    [[nodiscard]] std::string encode(const Record& record, std::uint64_t now) const override;

  private:
    EncoderOptions options_;
};

// The line of a status, which is no part of a stream. now in ns of CLOCK_REALTIME.
std::string json_line(const Status& status, const Origin& origin, std::uint64_t now);

} // namespace error_report
