// SPDX-License-Identifier: MIT
#include "cli/arguments.h"
#include "cli/exit_code.h"

#include <gmock/gmock.h>

namespace error_report {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::VariantWith;

TEST(ParseArguments, AreFilesOrNone) {
    const auto none = parse_arguments({"parse"});
    const auto some = parse_arguments({"parse", "a.log", "-"});

    ASSERT_THAT(none, VariantWith<Invocation>(testing::_));
    EXPECT_THAT(std::get<Invocation>(none).options.files, IsEmpty());
    EXPECT_EQ(std::get<Invocation>(none).options.format, "json");
    ASSERT_THAT(some, VariantWith<Invocation>(testing::_));
    EXPECT_THAT(std::get<Invocation>(some).options.files, ElementsAre("a.log", "-"));
}

TEST(ParseArguments, NameAFormatThatThereIs) {
    const auto text = parse_arguments({"parse", "--format", "text"});
    const auto other = parse_arguments({"parse", "--format", "xml"});

    EXPECT_EQ(std::get<Invocation>(text).options.format, "text");
    ASSERT_THAT(other, VariantWith<Notice>(testing::_));
    EXPECT_EQ(std::get<Notice>(other).exit_code, exit_usage);
    EXPECT_THAT(std::get<Notice>(other).to_stderr, HasSubstr("xml"));
}

} // namespace
} // namespace error_report
