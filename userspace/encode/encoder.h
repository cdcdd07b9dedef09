// SPDX-License-Identifier: MIT
// A record → what a sink takes at once, as the rest of the program sees it. A format is one file
// that implements Encoder, and one entry in formats().
#pragma once

#include "report/meta.h"
#include "report/record.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace error_report {

class Encoder {
  public:
    Encoder() = default;
    Encoder(const Encoder&) = delete;
    Encoder& operator=(const Encoder&) = delete;
    Encoder(Encoder&&) = delete;
    Encoder& operator=(Encoder&&) = delete;
    virtual ~Encoder() = default;

    // A line with its newline, or a datagram; empty if the format has no word for the record. now
    // in ns of CLOCK_REALTIME, for records without a time of their own. Never throws for what the
    // data says.
    [[nodiscard]] virtual std::string encode(const Record& record, std::uint64_t now) const = 0;
};

struct EncoderOptions {
    Origin origin;
    std::size_t max_line = 0; // bytes with the newline, 0 for no limit; it holds for reports
    bool with_text = true;
    bool colour = false; // for a terminal
    bool utc = false;    // for people: times in UTC instead of TZ's zone
};

struct Format {
    std::string_view name;
    std::string_view description;
    std::unique_ptr<Encoder> (*make)(const EncoderOptions& options);
};

std::span<const Format> formats();

// nullptr if there is no such format.
const Format* find_format(std::string_view name);

} // namespace error_report
