// SPDX-License-Identifier: MIT
#include "encode/terminal.h"

#include "encode/utf8.h"
#include "parse/scan.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <iterator>

namespace error_report {
namespace {

struct CodeRange {
    char32_t first, last;
};

constexpr std::array<CodeRange, 7> unsafe{{
    {0x00, 0x1F},       // C0 controls
    {0x7F, 0x9F},       // DEL, C1 controls
    {0x200B, 0x200F},   // zero width, marks of direction
    {0x2028, 0x202E},   // separators of lines, overrides of direction
    {0x2060, 0x2069},   // invisible operators, isolates
    {0xFEFF, 0xFEFF},   // byte order mark
    {0xE0000, 0xE007F}, // tags
}};

bool is_unsafe(char32_t code) {
    return std::ranges::any_of(
        unsafe, [&](CodeRange range) { return code >= range.first && code <= range.last; });
}

std::string printable(std::string_view bytes, std::string_view kept) {
    std::string result;
    result.reserve(bytes.size());
    for (;;) {
        // Nearly all that a kernel prints, so it is not looked at character by character.
        result += scan::take_while(bytes, [](char c) { return c >= ' ' && c <= '~'; });
        if (bytes.empty())
            return result;
        const auto character = first_character(bytes);
        const auto number = static_cast<std::uint32_t>(character.code);
        if (!is_unsafe(character.code) || kept.find(bytes.front()) != std::string_view::npos)
            append_utf8(result, character.code);
        else if (number <= 0xFF)
            fmt::format_to(std::back_inserter(result), "\\x{:02x}", number);
        else
            fmt::format_to(std::back_inserter(result), "\\u{:04x}", number);
        bytes.remove_prefix(character.bytes);
    }
}

} // namespace

std::string printable_line(std::string_view bytes) {
    return printable(bytes, "");
}

std::string printable_text(std::string_view bytes) {
    return printable(bytes, "\n\t");
}

std::size_t columns_of(std::string_view line) {
    std::size_t count = 0;
    for (; !line.empty(); ++count)
        line.remove_prefix(first_character(line).bytes);
    return count;
}

std::string fit(std::string_view line, std::size_t columns) {
    if (columns_of(line) <= columns)
        return std::string(line);
    if (columns == 0)
        return {};
    std::size_t bytes = 0;
    for (std::size_t i = 1; i < columns; ++i)
        bytes += first_character(line.substr(bytes)).bytes;
    return std::string(line.substr(0, bytes)) + "…";
}

} // namespace error_report
