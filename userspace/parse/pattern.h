// SPDX-License-Identifier: MIT
// What a detector's headline looks like: text in which '*' stands for anything.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace error_report {

inline constexpr std::size_t most_wildcards = 4;

// What the wildcards stood for, the first first; empty beyond.
using Captures = std::array<std::string_view, most_wildcards>;

// text must begin as the pattern does and may go on behind it; a '*' at the end takes the rest, any
// other as little as it can. Linear in the length of text.
std::optional<Captures> match(std::string_view pattern, std::string_view text);

} // namespace error_report
