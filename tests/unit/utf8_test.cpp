// SPDX-License-Identifier: MIT
#include "encode/utf8.h"

#include <gtest/gtest.h>
#include <string>

namespace error_report {
namespace {

struct Replacement {
    const char* name;
    std::string bytes;
    std::string expected;
};

class ToUtf8 : public testing::TestWithParam<Replacement> {};

TEST_P(ToUtf8, ReplacesMaximalSubparts) {
    const auto result = to_utf8(GetParam().bytes);

    EXPECT_EQ(result.text, GetParam().expected);
    EXPECT_EQ(result.replaced, GetParam().bytes != GetParam().expected);
}

// Many of them are from Markus Kuhn's stress test and from the Unicode standard, table 3-8.
INSTANTIATE_TEST_SUITE_P(
    Rows, ToUtf8,
    testing::Values(
        Replacement{"empty", "", ""}, Replacement{"ascii", "abc", "abc"},
        Replacement{"valid", "a\u00e9\u20ac\U0001f600", "a\u00e9\u20ac\U0001f600"},
        Replacement{
            "limits", "\u0080\u07ff\u0800\uffff\U00010000\U0010ffff",
            "\u0080\u07ff\u0800\uffff\U00010000\U0010ffff"},
        Replacement{"lone_continuation", "a\x80z", "a\uFFFDz"},
        Replacement{"never_a_byte", "\xC0\xC1\xF5\xFF", "\uFFFD\uFFFD\uFFFD\uFFFD"},
        Replacement{"overlong_two", "\xC0\xAF", "\uFFFD\uFFFD"},
        Replacement{"overlong_three", "\xE0\x80\xAF", "\uFFFD\uFFFD\uFFFD"},
        Replacement{"overlong_four", "\xF0\x80\x80\xAF", "\uFFFD\uFFFD\uFFFD\uFFFD"},
        Replacement{"surrogate", "\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD"},
        Replacement{"beyond_unicode", "\xF4\x90\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD"},
        Replacement{"cut_at_end", "a\xE2\x82", "a\uFFFD"},
        Replacement{"cut_four_at_end", "\xF0\x9F\x98", "\uFFFD"},
        Replacement{"cut_before_ascii", "\xE2\x82z", "\uFFFDz"},
        Replacement{"cut_before_lead", "\xE2\x82\xE2\x82\xAC", "\uFFFD\u20ac"},
        Replacement{"latin1", "caf\xE9", "caf\uFFFD"}),
    [](const auto& row) { return row.param.name; });

TEST(Utf8Test, ReadsNothingBehindTheEnd) {
    EXPECT_EQ(to_utf8(std::string_view("\xE2\x82\xAC", 2)).text, "\uFFFD");
}

TEST(Utf8Test, EveryByteAloneGivesOneCharacter) {
    for (int byte = 0; byte < 256; ++byte) {
        const std::string text(1, static_cast<char>(byte));
        EXPECT_EQ(first_character(text).bytes, 1U);
        EXPECT_EQ(to_utf8(text).replaced, byte >= 0x80) << byte;
    }
}

} // namespace
} // namespace error_report
