// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>

namespace error_report {

// ns of CLOCK_REALTIME.
inline std::uint64_t realtime() {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(std::chrono::nanoseconds(since).count());
}

} // namespace error_report
