// SPDX-License-Identifier: MIT
// What the mappings to values have in common: how each kind of ours is put.
#pragma once

#include "encode/values.h"
#include "report/report.h"

#include <cstdint>
#include <fmt/format.h>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace error_report {

// Of a text: what it does not say is absent.
inline void put(Values& values, std::string_view name, std::string_view bytes) {
    if (!bytes.empty())
        values.text(name, bytes);
}

// A number that JavaScript would round is none that a kernel means.
inline void put(Values& values, std::string_view name, std::optional<std::uint64_t> value) {
    if (value && *value <= largest_integer)
        values.number(name, *value);
}

inline void put(Values& values, std::string_view name, const std::vector<std::string>& names) {
    values.begin_array(name, names.size());
    for (const auto& each : names)
        values.text({}, each);
    values.end();
}

// Addresses and what else has 64 bits: JavaScript would round it as a number.
inline void put_hex(Values& values, std::string_view name, std::uint64_t value) {
    fmt::memory_buffer digits;
    fmt::format_to(std::back_inserter(digits), "{:#018x}", value);
    values.text(name, {digits.data(), digits.size()});
}

} // namespace error_report
