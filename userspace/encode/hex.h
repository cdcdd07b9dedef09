// SPDX-License-Identifier: MIT
// Addresses and what else has 64 bits: JavaScript would round it as a number.
#pragma once

#include "encode/values.h"

#include <cstdint>
#include <fmt/format.h>
#include <iterator>
#include <string_view>

namespace error_report {

inline void put_hex(Values& values, std::string_view name, std::uint64_t value) {
    fmt::memory_buffer digits;
    fmt::format_to(std::back_inserter(digits), "{:#018x}", value);
    values.text(name, {digits.data(), digits.size()});
}

} // namespace error_report
