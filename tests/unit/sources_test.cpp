// SPDX-License-Identifier: MIT
#include "source/sources.h"

#include <gmock/gmock.h>

namespace error_report {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string refusal_of(std::string_view value) {
    const auto choice = parse_source(value);
    return choice ? "taken" : choice.error().message;
}

TEST(Sources, AreNamed) {
    for (const auto& kind : source_kinds()) {
        const auto choice =
            parse_source(std::string(kind.name) + (kind.argument.empty() ? "" : ":x"));
        ASSERT_TRUE(choice) << choice.error().message;
        EXPECT_EQ(choice->kind, &kind);
        EXPECT_EQ(choice->argument, kind.argument.empty() ? "" : "x");
    }
}

TEST(Sources, TakeAnArgumentWithColons) {
    EXPECT_EQ(parse_source("replay:a:b")->argument, "a:b");
}

TEST(Sources, UnknownIsRefusedWithWhatThereIs) {
    EXPECT_THAT(
        refusal_of("printk"),
        AllOf(HasSubstr("printk is no source"), HasSubstr("netlink"), HasSubstr("replay:FILE")));
    EXPECT_THAT(refusal_of(""), HasSubstr("there are:"));
}

TEST(Sources, WithAnArgumentTooFewOrTooManyIsRefused) {
    EXPECT_THAT(refusal_of("poll:x"), HasSubstr("takes nothing behind its name"));
    EXPECT_THAT(refusal_of("netlink:"), HasSubstr("takes nothing behind its name"));
    EXPECT_THAT(refusal_of("replay"), HasSubstr("is given as replay:FILE"));
    EXPECT_THAT(refusal_of("replay:"), HasSubstr("is given as replay:FILE"));
}

TEST(Sources, ReplayOfNoFileSaysSo) {
    const auto opened = parse_source("replay:/nowhere/at/all")->open({});

    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().message, "cannot open /nowhere/at/all: No such file or directory");
}

} // namespace
} // namespace error_report
