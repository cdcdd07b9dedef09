// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

namespace error_report {

// ns since 1970 → 2026-01-02T03:04:05.123456789Z
std::string rfc3339_utc(std::uint64_t ns);

// ns since 1970 → 2026-01-02 03:04:05, in UTC or in the zone that TZ says.
std::string short_time(std::uint64_t ns, bool utc);

// The same with microseconds.
std::string full_time(std::uint64_t ns, bool utc);

} // namespace error_report
