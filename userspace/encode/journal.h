// SPDX-License-Identifier: MIT
// Data → one entry in journald's native protocol
// (https://systemd.io/JOURNAL_NATIVE_PROTOCOL): a short MESSAGE, and every value of docs/json.md
// as the field ERROR_REPORT_… Nothing is cut.
#pragma once

#include "encode/encoder.h"

#include <cstdint>
#include <string>

namespace error_report {

class JournalEncoder final : public Encoder {
  public:
    explicit JournalEncoder(EncoderOptions options);

    [[nodiscard]] std::string encode(const Record& record, std::uint64_t now) const override;

  private:
    EncoderOptions options_;
};

} // namespace error_report
