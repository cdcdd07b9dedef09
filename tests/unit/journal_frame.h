// SPDX-License-Identifier: MIT
// Reads journald's native protocol as journald does.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace error_report::test {

using JournalFields = std::multimap<std::string, std::string>;

// A field's value behind its name, taken off rest.
inline std::optional<std::string> take_value(std::string_view& rest, bool with_length) {
    std::uint64_t size = rest.find('\n');
    if (with_length) {
        constexpr unsigned bytes = 8;
        if (rest.size() < bytes)
            return {};
        size = 0;
        for (unsigned i = 0; i < bytes; ++i)
            size |= std::uint64_t{static_cast<unsigned char>(rest[i])} << 8 * i;
        rest.remove_prefix(bytes);
    }
    if (size >= rest.size() || rest[size] != '\n')
        return {};
    std::string value(rest.substr(0, size));
    rest.remove_prefix(size + 1);
    return value;
}

// Nothing if that is no entry.
inline std::optional<JournalFields> parse_journal(std::string_view frame) {
    JournalFields result;
    while (!frame.empty()) {
        const auto end = frame.find_first_of("=\n");
        if (end == 0 || end == std::string_view::npos)
            return {};
        const std::string name(frame.substr(0, end));
        const bool with_length = frame[end] == '\n';
        frame.remove_prefix(end + 1);
        const auto value = take_value(frame, with_length);
        if (!value || name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_") != std::string::npos)
            return {};
        result.emplace(name, *value);
    }
    return result;
}

} // namespace error_report::test
