// SPDX-License-Identifier: MIT
// OpenTelemetry's log data model in OTLP's JSON encoding: one export request a line, as the
// collector's otlpjsonfile receiver reads it; docs/formats.md has the mapping.
#pragma once

#include "encode/encoder.h"

#include <string>

namespace error_report {

class OtelEncoder final : public Encoder {
  public:
    explicit OtelEncoder(EncoderOptions options) : options_(std::move(options)) {}

    [[nodiscard]] std::string encode(const Record& record, std::uint64_t now) const override;

  private:
    EncoderOptions options_;
};

} // namespace error_report
