// SPDX-License-Identifier: GPL-2.0-only
// Reports whose printer says itself where they begin and end.
#include <string>

#include "assembler_fixture.h"

namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const Context task;
const Context softirq = {.level = ERROR_REPORT_CONTEXT_SOFTIRQ};

class AssemblerBegin : public AssemblerTest {
  protected:
    void warn(const Context& context = task) {
        print(context, cut_here);
        print(context, warn_line);
        print(context, end_trace);
        end(context, "warning");
    }
};

TEST_F(AssemblerBegin, WhatIsPrintedInBetweenIsTheReport) {
    print(task, "before");
    begin(task, "mine", 42);
    print(task, "first");
    print(task, "second");
    EXPECT_THAT(reports(), IsEmpty());
    finish(task, "mine", 42);
    print(task, "behind");

    const auto ended = reports();
    ASSERT_THAT(ended, ElementsAre(IsReport("mine", 0, "first\nsecond")));
    EXPECT_EQ(ended[0].known.id, 42u);
}

TEST_F(AssemblerBegin, NothingPrintedIsAReportWithoutText) {
    begin(task, "mine");
    finish(task, "mine");

    EXPECT_THAT(reports(), ElementsAre(IsReport("mine", no_text, "")));
}

TEST_F(AssemblerBegin, LongNameIsCut) {
    const std::string longest(ERN_TOOL_LEN - 1, 'x');
    begin(task, (longest + "yz").c_str());
    print(task, "text");
    finish(task, (longest + "yz").c_str());

    EXPECT_THAT(reports(), ElementsAre(IsReport(longest, 0, "text")));
}

TEST_F(AssemblerBegin, OtherContextsLinesAreNoPartOfIt) {
    begin(task, "mine");
    print(task, "task");
    print(softirq, "softirq");
    finish(softirq, "other");
    finish(task, "mine");

    EXPECT_THAT(
        reports(), ElementsAre(IsReport("other", no_text, ""), IsReport("mine", 0, "task")));
}

TEST_F(AssemblerBegin, MarksInsideItEndNothing) {
    begin(task, "mine");
    print(task, rule);
    print(task, "between rules");
    print(task, rule);
    print(task, end_trace);
    print(task, "last");
    finish(task, "mine");

    EXPECT_THAT(reports(), ElementsAre(IsReport("mine", 0, "between rules\nlast")));
}

TEST_F(AssemblerBegin, WarnInsideItIsAReportOfItsOwn) {
    begin(task, "mine");
    warn();
    print(task, "mine alone");
    warn();
    finish(task, "mine");

    EXPECT_THAT(
        reports(), ElementsAre(
                       IsReport("warning", 0, warn_line), IsReport("warning", 0, warn_line),
                       IsReport("mine", 0, "mine alone")));
}

TEST_F(AssemblerBegin, KasanInsideItIsAReportOfItsOwn) {
    begin(task, "mine");
    print(task, rule);
    print(task, kasan_line);
    end(task, "kasan");
    print(task, rule);
    print(task, "behind");
    finish(task, "mine");

    EXPECT_THAT(
        reports(), ElementsAre(IsReport("kasan", 0, kasan_line), IsReport("mine", 0, "behind")));
}

TEST_F(AssemblerBegin, InsideAWarnItLeavesTheWarnWhole) {
    print(task, cut_here);
    print(task, warn_line);
    begin(task, "mine");
    print(task, "inner");
    finish(task, "mine");
    print(task, "outer");
    print(task, end_trace);
    end(task, "warning");

    EXPECT_THAT(
        reports(), ElementsAre(
                       IsReport("mine", 0, "inner"),
                       IsReport("warning", 0, std::string(warn_line) + "\nouter")));
}

TEST_F(AssemblerBegin, WarnThatOnlyHadItsFooterEndsBeforeIt) {
    print(task, cut_here);
    print(task, warn_line);
    print(task, end_trace);
    begin(task, "mine");
    finish(task, "mine");

    EXPECT_THAT(
        reports(),
        ElementsAre(IsReport("warning", no_event, warn_line), IsReport("mine", no_text, "")));
}

TEST_F(AssemblerBegin, StartEventInsideItNests) {
    begin(task, "mine");
    start(task);
    print(task, "inner");
    end(task, "kasan");
    print(task, "outer");
    finish(task, "mine");

    EXPECT_THAT(
        reports(), ElementsAre(IsReport("kasan", 0, "inner"), IsReport("mine", 0, "outer")));
}

TEST_F(AssemblerBegin, EventsEndNotWhatWasBegun) {
    begin(task, "mine");
    print(task, "text");
    end(task, "kasan");
    end(task, "");
    finish(task, "mine");

    EXPECT_THAT(
        reports(), ElementsAre(
                       IsReport("kasan", no_text, ""), IsReport("unknown", no_text, ""),
                       IsReport("mine", 0, "text")));
}

TEST_F(AssemblerBegin, OneInTheOther) {
    begin(task, "mine", 1);
    print(task, "outer");
    begin(task, "mine", 2);
    print(task, "inner");
    finish(task, "mine", 2);
    print(task, "outer again");
    finish(task, "mine", 1);

    EXPECT_THAT(
        reports(),
        ElementsAre(IsReport("mine", 0, "inner"), IsReport("mine", 0, "outer\nouter again")));
}

TEST_F(AssemblerBegin, WhatIsStillOpenInsideItEndsWithIt) {
    begin(task, "mine", 1);
    print(task, "outer");
    print(task, cut_here);
    print(task, warn_line);
    begin(task, "mine", 2);
    print(task, "inner");
    finish(task, "mine", 1);

    EXPECT_THAT(
        reports(), ElementsAre(
                       IsReport("mine", unterminated, "inner"),
                       IsReport("warning", unterminated, warn_line), IsReport("mine", 0, "outer")));
}

TEST_F(AssemblerBegin, EndOfWhatNeverBeganLeavesTheOpenOnesAlone) {
    begin(task, "mine", 1);
    print(task, "first");
    finish(task, "mine", 2);
    finish(task, "other", 1);
    print(task, "second");
    finish(task, "mine", 1);

    EXPECT_THAT(
        reports(), ElementsAre(
                       IsReport("mine", no_text, ""), IsReport("other", no_text, ""),
                       IsReport("mine", 0, "first\nsecond")));
}

TEST_F(AssemblerBegin, NestedToTheLimitItIsFoundAtTheBottom) {
    for (u64 id = 1; id <= ERN_NESTING_MAX; id++) {
        begin(task, "mine", id);
        print(task, "depth " + std::to_string(id));
    }
    finish(task, "mine", 1);

    const auto ended = reports();
    ASSERT_THAT(ended, SizeIs(ERN_NESTING_MAX));
    EXPECT_THAT(ended.back(), IsReport("mine", 0, "depth 1"));
}

TEST_F(AssemblerBegin, OneTooManyEndsTheInnermostBefore) {
    for (u64 id = 1; id <= ERN_NESTING_MAX + 1; id++) {
        begin(task, "mine", id);
        print(task, "depth " + std::to_string(id));
    }
    EXPECT_THAT(reports(), ElementsAre(IsReport("mine", unterminated, "depth 4")));
    finish(task, "mine", 1);
    EXPECT_THAT(reports(), SizeIs(ERN_NESTING_MAX));
}

TEST_F(AssemblerBegin, WarnInsideItThatOnlyHadItsFooterHasNoEvent) {
    begin(task, "mine");
    print(task, cut_here);
    print(task, warn_line);
    print(task, end_trace);
    finish(task, "mine");

    EXPECT_THAT(
        reports(),
        ElementsAre(IsReport("warning", no_event, warn_line), IsReport("mine", no_text, "")));
}

TEST_F(AssemblerBegin, TaskWithADeadOnesAddressDoesNotFinishItsReport) {
    begin(task, "mine");
    print(task, "text");
    Context reborn = task;
    reborn.start_time++;
    finish(reborn, "mine");

    EXPECT_THAT(
        reports(),
        ElementsAre(IsReport("mine", unterminated, "text"), IsReport("mine", no_text, "")));
}

TEST_F(AssemblerBegin, WithoutAFullSlotASpareOneHasItsBeginning) {
    hold_slots(slots);
    begin(task, "mine");
    print(task, "headline");
    print(task, std::string(ERN_SPARE_SIZE, 'x'));
    finish(task, "mine");

    EXPECT_THAT(reports(), ElementsAre(IsReport("mine", truncated, "headline")));
}

TEST_F(AssemblerBegin, SilenceEndsIt) {
    begin(task, "mine", 1);
    print(task, "text");
    now += 10;
    sweep(10);
    finish(task, "mine", 1);

    EXPECT_THAT(
        reports(),
        ElementsAre(IsReport("mine", unterminated, "text"), IsReport("mine", no_text, "")));
}

TEST_F(AssemblerBegin, WithoutAnySlotItIsLostOnceAtItsEnd) {
    hold_slots(slots + ERN_SPARE_SLOTS);
    begin(task, "mine");
    print(task, "text");
    EXPECT_EQ(lost(), 0);
    finish(task, "mine");

    EXPECT_EQ(lost(), 1);
}

} // namespace
