// SPDX-License-Identifier: MIT
// Steps through a line by hand: each function that takes something off the front of text says
// whether it did, and leaves text alone if not. Nothing here looks at a byte twice.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace error_report::scan {

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

constexpr bool is_hex(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

constexpr bool is_alpha(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

constexpr bool is_word(char c) {
    return is_alpha(c) || is_digit(c) || c == '_';
}

constexpr bool is_space(char c) {
    return c == ' ' || c == '\t';
}

// The front of text whose bytes all match, taken off.
template <class Matches>
constexpr std::string_view take_while(std::string_view& text, Matches matches) {
    std::size_t n = 0;
    while (n < text.size() && matches(text[n]))
        ++n;
    const auto front = text.substr(0, n);
    text.remove_prefix(n);
    return front;
}

constexpr void skip_spaces(std::string_view& text) {
    take_while(text, is_space);
}

// front must not be empty.
constexpr bool take(std::string_view& text, std::string_view front) {
    // Most calls end at the first byte.
    if (text.empty() || text.front() != front.front() || !text.starts_with(front))
        return false;
    text.remove_prefix(front.size());
    return true;
}

// A decimal number of at most 18 digits.
std::optional<std::uint64_t> take_number(std::string_view& text);

// A hexadecimal number of at most 16 digits, with or without 0x, that is a word of its own.
std::optional<std::uint64_t> take_hex(std::string_view& text);

// Without spaces at both ends.
constexpr std::string_view trim(std::string_view text) {
    skip_spaces(text);
    while (!text.empty() && is_space(text.back()))
        text.remove_suffix(1);
    return text;
}

// What stands between the first before and the next after behind it; nothing if either is missing.
std::optional<std::string_view>
between(std::string_view text, std::string_view before, std::string_view after);

// Up to the next separator, which is taken off too; all of text if there is none.
constexpr std::string_view take_until(std::string_view& text, char separator) {
    const auto end = text.find(separator);
    const auto front = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return front;
}

inline bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

// Which bytes a text has, as far as their low six bits tell them apart: asked once, it says of many
// parts that they are not in the text.
class ByteSet {
  public:
    constexpr explicit ByteSet(std::string_view text) {
        for (const char c : text)
            bits_ |= std::uint64_t{1} << (static_cast<unsigned char>(c) % 64U);
    }

    [[nodiscard]] constexpr bool may_hold(ByteSet part) const { return (part.bits_ & ~bits_) == 0; }

    // Of a text that nothing is known of.
    static constexpr ByteSet any() {
        ByteSet set("");
        set.bits_ = ~std::uint64_t{0};
        return set;
    }

  private:
    std::uint64_t bits_ = 0;
};

} // namespace error_report::scan
