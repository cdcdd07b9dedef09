// SPDX-License-Identifier: MIT
#include "encode/utf8.h"

#include "parse/scan.h"

#include <algorithm>
#include <array>

namespace error_report {
namespace {

constexpr char32_t replacement = 0xFFFD;

// Table 3-7 of the Unicode standard: which first bytes there are, how many bytes follow, and the
// range of the second byte; any further byte is 80..BF.
struct Lead {
    unsigned char first, last;
    unsigned char second_first, second_last;
    unsigned char length;
};

constexpr std::array<Lead, 8> leads{{
    {0xC2, 0xDF, 0x80, 0xBF, 2},
    {0xE0, 0xE0, 0xA0, 0xBF, 3},
    {0xE1, 0xEC, 0x80, 0xBF, 3},
    {0xED, 0xED, 0x80, 0x9F, 3},
    {0xEE, 0xEF, 0x80, 0xBF, 3},
    {0xF0, 0xF0, 0x90, 0xBF, 4},
    {0xF1, 0xF3, 0x80, 0xBF, 4},
    {0xF4, 0xF4, 0x80, 0x8F, 4},
}};

constexpr unsigned char continuation_bits = 0x3F;

} // namespace

Character first_character(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(0);
    if (first < 0x80)
        return {first, 1, true};
    const auto* lead = std::ranges::find_if(
        leads, [&](const Lead& row) { return first >= row.first && first <= row.last; });
    if (lead == leads.end())
        return {replacement, 1, false};
    char32_t code = first & (0xFFU >> (lead->length + 1U));
    for (std::size_t i = 1; i < lead->length; ++i) {
        const unsigned char low = i == 1 ? lead->second_first : 0x80;
        const unsigned char high = i == 1 ? lead->second_last : 0xBF;
        if (i >= text.size() || byte(i) < low || byte(i) > high)
            return {replacement, i, false};
        code = code << 6U | (byte(i) & continuation_bits);
    }
    return {code, lead->length, true};
}

void append_utf8(std::string& text, char32_t code) {
    const auto put = [&](char32_t byte) { text.push_back(static_cast<char>(byte)); };
    const auto tail = [&](unsigned shift) { put(0x80U | ((code >> shift) & continuation_bits)); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0U | code >> 6U);
        tail(0);
    } else if (code < 0x10000) {
        put(0xE0U | code >> 12U);
        tail(6);
        tail(0);
    } else {
        put(0xF0U | code >> 18U);
        tail(12);
        tail(6);
        tail(0);
    }
}

bool is_utf8(std::string_view bytes) {
    for (;;) {
        scan::take_while(bytes, [](char c) { return (c & 0x80) == 0; });
        if (bytes.empty())
            return true;
        const auto character = first_character(bytes);
        if (!character.valid)
            return false;
        bytes.remove_prefix(character.bytes);
    }
}

Utf8 to_utf8(std::string_view bytes) {
    Utf8 result;
    result.text.reserve(bytes.size());
    for (;;) {
        // Nearly all that a kernel prints, so it is not looked at character by character.
        result.text += scan::take_while(bytes, [](char c) { return (c & 0x80) == 0; });
        if (bytes.empty())
            return result;
        const auto character = first_character(bytes);
        append_utf8(result.text, character.code);
        result.replaced = result.replaced || !character.valid;
        bytes.remove_prefix(character.bytes);
    }
}

} // namespace error_report
