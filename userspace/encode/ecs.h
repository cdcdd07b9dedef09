// SPDX-License-Identifier: MIT
// Elastic Common Schema 8.11, one JSON object a line; docs/formats.md has the mapping.
#pragma once

#include "encode/encoder.h"

#include <string>

namespace error_report {

class EcsEncoder final : public Encoder {
  public:
    explicit EcsEncoder(EncoderOptions options) : options_(std::move(options)) {}

    [[nodiscard]] std::string encode(const Record& record, std::uint64_t now) const override;

  private:
    EncoderOptions options_;
};

} // namespace error_report
