// SPDX-License-Identifier: MIT
#include "encode/terminal.h"

#include <gtest/gtest.h>

namespace error_report {
namespace {

TEST(Terminal, NeverGetsAnEscapeSequence) {
    EXPECT_EQ(printable_line("\x1b[2J"), "\\x1b[2J");
    EXPECT_EQ(printable_line("\xC2\x9B\x32J"), "\\x9b2J");
    EXPECT_EQ(printable_line("\x7f\b\r"), "\\x7f\\x08\\x0d");
}

TEST(Terminal, NeverGetsABareByteThatIsNoUtf8) {
    EXPECT_EQ(printable_line("a\x9B\x32J"), "a\uFFFD2J");
}

TEST(Terminal, ShowsWhatReordersText) {
    EXPECT_EQ(printable_line("a\u202Eb\u2066c"), "a\\u202eb\\u2066c");
}

TEST(Terminal, KeepsLinesAndTabsOfATextOnly) {
    EXPECT_EQ(printable_text("a\n\tb\r"), "a\n\tb\\x0d");
    EXPECT_EQ(printable_line("a\n\tb"), "a\\x0a\\x09b");
}

TEST(Terminal, FitsALineIntoItsColumns) {
    EXPECT_EQ(fit("abcdef", 6), "abcdef");
    EXPECT_EQ(fit("abcdef", 5), "abcd…");
    EXPECT_EQ(fit("é€😀x", 3), "é€…");
    EXPECT_EQ(fit("abc", 1), "…");
    EXPECT_EQ(fit("abc", 0), "");
}

} // namespace
} // namespace error_report
