// SPDX-License-Identifier: MIT
// Netlink attributes, taken one by one off bytes that may hold anything.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace error_report {

using Bytes = std::span<const std::byte>;

struct Attribute {
    std::uint16_t type = 0;
    Bytes payload;
};

// Takes the first attribute off rest; nothing if the bytes do not hold a whole one.
std::optional<Attribute> next_attribute(Bytes& rest);

// What is behind the first count bytes, padded to netlink's alignment; nothing if that is beyond.
Bytes behind_aligned(Bytes bytes, std::size_t count);

} // namespace error_report
