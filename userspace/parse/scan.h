// SPDX-License-Identifier: MIT
// Steps through a line by hand: each function that takes something off the front of text says
// whether it did, and leaves text alone if not. Nothing here looks at a byte twice.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

namespace error_report::scan {

namespace detail {

enum : unsigned char { alpha = 1, hex = 2, word = 4, symbol = 8 };

// What a byte is of: one look instead of up to seven comparisons, for most bytes of a log.
inline constexpr auto classes = [] {
    std::array<unsigned char, 256> result{};
    const auto add = [&](std::string_view bytes, int kinds) {
        for (const char c : bytes)
            result[static_cast<unsigned char>(c)] |= static_cast<unsigned char>(kinds);
    };
    add("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", alpha | word | symbol);
    add("0123456789", hex | word | symbol);
    add("abcdefABCDEF", hex);
    add("_", word | symbol);
    add(".$@", symbol); // Rust's and LLVM's names have more than C's
    return result;
}();

template <unsigned char kind>
inline constexpr auto is =
    [](char c) { return (classes[static_cast<unsigned char>(c)] & kind) != 0; };

} // namespace detail

// Objects, so that what takes one of them as an argument compiles to one loop.
inline constexpr auto is_alpha = detail::is<detail::alpha>;
inline constexpr auto is_hex = detail::is<detail::hex>;
inline constexpr auto is_word = detail::is<detail::word>;
inline constexpr auto is_symbol = detail::is<detail::symbol>; // of a function's name

inline constexpr auto is_digit = [](char c) { return c >= '0' && c <= '9'; };

inline constexpr auto is_space = [](char c) { return c == ' ' || c == '\t'; };

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

// starts_with() for a front that is not empty; most calls end at the first byte.
constexpr bool begins(std::string_view text, std::string_view front) {
    return !text.empty() && text.front() == front.front() && text.starts_with(front);
}

// front must not be empty.
constexpr bool take(std::string_view& text, std::string_view front) {
    if (!begins(text, front))
        return false;
    text.remove_prefix(front.size());
    return true;
}

// A decimal number of at most 18 digits.
constexpr std::optional<std::uint64_t> take_number(std::string_view& text) {
    constexpr std::size_t most = 18;
    std::uint64_t value = 0;
    std::size_t n = 0;
    for (; n < text.size() && is_digit(text[n]); ++n)
        value = value * 10 + static_cast<unsigned char>(text[n] - '0');
    if (n == 0 || n > most)
        return std::nullopt;
    text.remove_prefix(n);
    return value;
}

// A hexadecimal number of at most 16 digits, with or without 0x, that is a word of its own.
constexpr std::optional<std::uint64_t> take_hex(std::string_view& text) {
    constexpr std::size_t most = 16;
    constexpr auto digit = [](char c) {
        return static_cast<unsigned char>(is_digit(c) ? c - '0' : (c | ' ') - 'a' + 10);
    };
    auto rest = text;
    take(rest, "0x");
    std::uint64_t value = 0;
    std::size_t n = 0;
    for (; n < rest.size() && is_hex(rest[n]); ++n)
        value = value * 16 + digit(rest[n]);
    // "added" begins with digits and is none.
    if (n == 0 || n > most || (n < rest.size() && is_word(rest[n])))
        return std::nullopt;
    rest.remove_prefix(n);
    text = rest;
    return value;
}

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

// find() and rfind() for a part of two bytes or more. A line has a part's second byte less often
// than its first, which may be a space.
constexpr std::size_t find(std::string_view text, std::string_view part) {
    for (auto at = text.find(part[1], 1); at != std::string_view::npos;
         at = text.find(part[1], at + 1))
        if (text[at - 1] == part[0] && text.substr(at - 1).starts_with(part))
            return at - 1;
    return std::string_view::npos;
}

constexpr std::size_t find_last(std::string_view text, std::string_view part) {
    for (auto end = text.size() + 1; end-- > part.size();) {
        const auto at = end - part.size();
        if (text[at] == part[0] && text[at + 1] == part[1] && text.substr(at).starts_with(part))
            return at;
    }
    return std::string_view::npos;
}

// part as for find().
constexpr bool contains(std::string_view text, std::string_view part) {
    return find(text, part) != std::string_view::npos;
}

constexpr bool contains(std::string_view text, char c) {
    return text.find(c) != std::string_view::npos;
}

// For each byte whether the text of one of the rows, none of which is empty, begins with it.
template <class Rows, class Text = std::identity>
constexpr std::array<bool, 256> first_bytes_of(const Rows& rows, Text text = {}) {
    std::array<bool, 256> result{};
    for (const auto& row : rows)
        result[static_cast<unsigned char>(std::invoke(text, row).front())] = true;
    return result;
}

// Which bytes a text has, as far as their low six bits tell them apart: asked once, it says of many
// parts that they are not in the text.
class ByteSet {
  public:
    constexpr explicit ByteSet(std::string_view text) {
        // Two at a time, which need not wait for each other.
        std::uint64_t odd = 0;
        std::size_t i = 0;
        for (; i + 1 < text.size(); i += 2) {
            bits_ |= bit(text[i]);
            odd |= bit(text[i + 1]);
        }
        if (i < text.size())
            bits_ |= bit(text[i]);
        bits_ |= odd;
    }

    [[nodiscard]] constexpr bool may_hold(ByteSet part) const { return (part.bits_ & ~bits_) == 0; }

    // Of a text that nothing is known of.
    static constexpr ByteSet any() {
        ByteSet set("");
        set.bits_ = ~std::uint64_t{0};
        return set;
    }

  private:
    static constexpr std::uint64_t bit(char c) {
        return std::uint64_t{1} << (static_cast<unsigned char>(c) % 64U);
    }

    std::uint64_t bits_ = 0;
};

// Words to look for in many texts, and which bytes these have to have for them.
struct Words {
    // Of a literal, so that a row of a table holds it as it is.
    constexpr Words(const char* words) : text(words), bytes(words) {}

    std::string_view text;
    ByteSet bytes;
};

// bytes are those of text.
constexpr std::size_t find(std::string_view text, ByteSet bytes, const Words& words) {
    return bytes.may_hold(words.bytes) ? find(text, words.text) : std::string_view::npos;
}

} // namespace error_report::scan
