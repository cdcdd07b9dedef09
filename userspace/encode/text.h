// SPDX-License-Identifier: MIT
// Reports, the events of a stream and the status for people; safe on a terminal.
#pragma once

#include "encode/encoder.h"
#include "report/report.h"

#include <cstdint>
#include <string>

namespace error_report {

// A headline, what is known beside the text, and the text.
std::string text_of(const Report& report, bool utc);

// Aligned names and values.
std::string text_of(const Status& status);

// A stream: for each report one headline and its text, indented; every other event is one line.
class TextEncoder final : public Encoder {
  public:
    explicit TextEncoder(EncoderOptions options);

    [[nodiscard]] std::string encode(const Record& record, std::uint64_t now) const override;

  private:
    [[nodiscard]] std::string body_of(const Report& report) const;

    EncoderOptions options_;
};

} // namespace error_report
