// SPDX-License-Identifier: MIT
#include "parse/scan.h"

#include <charconv>
#include <system_error>

namespace error_report::scan {
namespace {

template <class Matches>
std::optional<std::uint64_t>
take_digits(std::string_view& text, Matches matches, std::size_t most, int base) {
    auto rest = text;
    const auto digits = take_while(rest, matches);
    if (digits.empty() || digits.size() > most)
        return std::nullopt;
    std::uint64_t value = 0;
    if (std::from_chars(digits.data(), digits.data() + digits.size(), value, base).ec !=
        std::errc{})
        return std::nullopt;
    text = rest;
    return value;
}

} // namespace

std::optional<std::uint64_t> take_number(std::string_view& text) {
    constexpr std::size_t most = 18;
    return take_digits(text, is_digit, most, 10);
}

std::optional<std::uint64_t> take_hex(std::string_view& text) {
    constexpr std::size_t most = 16;
    auto rest = text;
    take(rest, "0x");
    const auto value = take_digits(rest, is_hex, most, 16);
    // "added" begins with digits and is none.
    if (!value || (!rest.empty() && is_word(rest.front())))
        return std::nullopt;
    text = rest;
    return value;
}

std::optional<std::string_view>
between(std::string_view text, std::string_view before, std::string_view after) {
    const auto begin = text.find(before);
    if (begin == std::string_view::npos)
        return std::nullopt;
    text.remove_prefix(begin + before.size());
    const auto end = text.find(after);
    if (end == std::string_view::npos)
        return std::nullopt;
    return text.substr(0, end);
}

} // namespace error_report::scan
