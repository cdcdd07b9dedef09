// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace error_report {

// Up to where a stream got: SEQ seq of the module's load instance.
struct Position {
    std::uint64_t instance = 0;
    std::uint64_t seq = 0;

    bool operator==(const Position&) const = default;
};

} // namespace error_report
