// SPDX-License-Identifier: MIT
// listen --dedup: of the reports with one fingerprint the first goes on, and what repeats it is
// counted.
#pragma once

#include "output/broadcast.h"
#include "parse/dedup.h"
#include "report/consumer.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace error_report {

class Storm final : public Consumer {
  public:
    using Clock = std::function<std::uint64_t()>; // ns, never back

    // Without a window everything goes on.
    Storm(Broadcast& broadcast, std::optional<std::chrono::nanoseconds> window, Clock clock);

    // Also says what was counted so far where the stream ends or another instance begins.
    void take(Record record) override;

    void note(std::string_view text) override { broadcast_.note(text); }

    // To be called now and then: says what was counted in windows that are over.
    void expire();
    // Says what was counted.
    void finish();

  private:
    void take_report(Report report);
    void say(std::vector<Suppressed> ended);

    Broadcast& broadcast_;
    std::optional<Dedup> dedup_;
    std::uint64_t instance_ = 0; // of what was counted
    Clock clock_;
};

} // namespace error_report
