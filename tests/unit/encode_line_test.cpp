// SPDX-License-Identifier: MIT
#include "encode/line.h"

#include "encode/utf8.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>

namespace error_report {
namespace {

using Json = nlohmann::ordered_json;

// What the library itself writes.
std::string dumped(const Json& value) {
    return value.dump(-1, ' ', true, Json::error_handler_t::replace) + '\n';
}

TEST(LineOf, WritesValuesAsTheLibraryDoes) {
    const Json value{
        {"none", nullptr},
        {"yes", true},
        {"no", false},
        {"most", std::numeric_limits<std::uint64_t>::max()},
        {"least", std::numeric_limits<std::int64_t>::min()},
        {"half", 0.5},
        {"", ""},
        {"empty", {{"object", Json::object()}, {"array", Json::array()}}},
        {"nested", {1, {{"a", {2, 3}}, {"b", "c"}}, Json::array({Json::array({4})})}}};
    EXPECT_EQ(line_of(value), dumped(value));
}

TEST(LineOf, WritesEachCharacterAsTheLibraryDoes) {
    constexpr char32_t end = 0x110000;
    constexpr char32_t first_surrogate = 0xD800;
    constexpr char32_t last_surrogate = 0xDFFF;
    constexpr std::size_t many = 4096;
    std::string text;
    for (char32_t code = 0; code < end; ++code) {
        if (code < first_surrogate || code > last_surrogate)
            append_utf8(text, code);
        if (text.size() < many && code + 1 < end)
            continue;
        ASSERT_EQ(line_of(text), dumped(text)) << "up to " << static_cast<std::uint32_t>(code);
        text.clear();
    }
}

TEST(LineOf, ReplacesBytesThatAreNoCharacterAsTheLibraryDoes) {
    for (unsigned first = 0x80; first < 0x100; ++first)
        for (unsigned second = 0x20; second < 0x100; second += 0x10)
            for (const char* rest : {"", "x", "\x80", "\x80\x80"}) {
                std::string text{static_cast<char>(first), static_cast<char>(second)};
                text += rest;
                ASSERT_EQ(line_of(text), dumped(text)) << first << ' ' << second << ' ' << rest;
            }
}

TEST(LineOf, WritesAMembersNameAsAString) {
    const Json value{{"a\"b\n\xC3\xA4", 1}};
    EXPECT_EQ(line_of(value), dumped(value));
}

} // namespace
} // namespace error_report
