// SPDX-License-Identifier: GPL-2.0-only
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "pure.h"

namespace {

enum ern_mark mark(std::string_view text) {
    return ern_mark(text.data(), text.size());
}

const ern_detector* by_headline(enum ern_mark opens, std::string_view text) {
    return ern_detector_by_headline(opens, text.data(), text.size());
}

struct MarkRow {
    const char* description;
    std::string text;
    enum ern_mark mark;
};

class Mark : public testing::TestWithParam<MarkRow> {};

TEST_P(Mark, IsToldFromAWholeRecord) {
    EXPECT_EQ(mark(GetParam().text), GetParam().mark) << GetParam().description;
}

const std::string cut_here = "------------[ cut here ]------------";
const std::string rule(66, '=');

INSTANTIATE_TEST_SUITE_P(
    Rows, Mark,
    testing::Values(
        MarkRow{"cut here", cut_here, ERN_MARK_CUT_HERE},
        MarkRow{"text behind cut here", cut_here + " ", ERN_MARK_NONE},
        MarkRow{"text in front of cut here", " " + cut_here, ERN_MARK_NONE},
        MarkRow{"a newline behind cut here", cut_here + "\n", ERN_MARK_NONE},
        MarkRow{"one dash less", cut_here.substr(1), ERN_MARK_NONE},
        MarkRow{
            "cut here with another word", "------------[ cut hera ]------------", ERN_MARK_NONE},
        MarkRow{"WARN's end trace", "---[ end trace 0123456789abcdef ]---", ERN_MARK_END_TRACE},
        MarkRow{"UBSAN's end trace", "---[ end trace ]---", ERN_MARK_END_TRACE},
        MarkRow{"end trace cut short", "---[ end trace", ERN_MARK_NONE},
        MarkRow{"end trace inside text", "x ---[ end trace ]---", ERN_MARK_NONE},
        MarkRow{"panic's own end line", "---[ end Kernel panic - not syncing ]---", ERN_MARK_NONE},
        MarkRow{"rule", rule, ERN_MARK_RULE},
        MarkRow{"a rule of 65", rule.substr(1), ERN_MARK_NONE},
        MarkRow{"a rule of 67", rule + "=", ERN_MARK_NONE},
        MarkRow{"lockdep's rule", std::string(54, '='), ERN_MARK_NONE},
        MarkRow{"6.1's UBSAN rule", std::string(80, '='), ERN_MARK_NONE},
        MarkRow{"66 other characters", std::string(66, '-'), ERN_MARK_NONE},
        MarkRow{"a rule with a flaw at its end", rule.substr(1) + "-", ERN_MARK_NONE},
        MarkRow{
            "a rule with a NUL inside", std::string(33, '=') + '\0' + std::string(32, '='),
            ERN_MARK_NONE},
        MarkRow{"nothing", "", ERN_MARK_NONE}));

struct DetectorRow {
    const char* headline;
    enum ern_mark opens;
    const char* tool;
    bool fires_event;
};

class Detector : public testing::TestWithParam<DetectorRow> {};

TEST_P(Detector, IsFoundByItsHeadlineBehindItsOwnMarkOnly) {
    const DetectorRow& row = GetParam();
    const enum ern_mark other = row.opens == ERN_MARK_RULE ? ERN_MARK_CUT_HERE : ERN_MARK_RULE;
    const ern_detector* detector = by_headline(row.opens, row.headline);

    ASSERT_TRUE(detector);
    EXPECT_STREQ(detector->tool, row.tool);
    EXPECT_EQ(detector->opens, row.opens);
    EXPECT_EQ(detector->fires_event, row.fires_event);
    EXPECT_FALSE(by_headline(other, row.headline));
    EXPECT_FALSE(by_headline(ERN_MARK_NONE, row.headline));
}

TEST_P(Detector, IsFoundByItsTool) {
    const ern_detector* detector = ern_detector_by_tool(GetParam().tool);

    EXPECT_EQ(detector, by_headline(GetParam().opens, GetParam().headline));
}

TEST_P(Detector, NeedsItsWholeHeadline) {
    const ern_detector* detector = ern_detector_by_tool(GetParam().tool);
    ASSERT_TRUE(detector);
    const std::string headline = detector->headline;

    EXPECT_EQ(by_headline(detector->opens, headline), detector);
    EXPECT_FALSE(by_headline(detector->opens, headline.substr(0, headline.size() - 1)));
    EXPECT_FALSE(by_headline(detector->opens, " " + headline));
}

TEST_P(Detector, HasAToolThatFitsItsAttribute) {
    EXPECT_LT(std::string_view(GetParam().tool).size(), size_t{ERN_COMM_LEN});
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Detector,
    testing::Values(
        DetectorRow{
            "BUG: KASAN: slab-use-after-free in f+0x1/0x2 [m]", ERN_MARK_RULE, "kasan", true},
        DetectorRow{"BUG: KFENCE: out-of-bounds read in f+0x1/0x2", ERN_MARK_RULE, "kfence", true},
        DetectorRow{
            "WARNING: CPU: 0 PID: 1 at m.c:3 f+0x1/0x2", ERN_MARK_CUT_HERE, "warning", true},
        DetectorRow{"kernel BUG at m.c:3!", ERN_MARK_CUT_HERE, "bug", false},
        DetectorRow{"UBSAN: shift-out-of-bounds in m.c:3:2", ERN_MARK_CUT_HERE, "ubsan", false}),
    [](const auto& info) { return info.param.tool; });

TEST(DetectorByTool, KnowsNoOtherName) {
    EXPECT_FALSE(ern_detector_by_tool(""));
    EXPECT_FALSE(ern_detector_by_tool("kasa"));
    EXPECT_FALSE(ern_detector_by_tool("kasan2"));
}

} // namespace
