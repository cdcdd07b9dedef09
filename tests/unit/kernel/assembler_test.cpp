// SPDX-License-Identifier: GPL-2.0-only
#include <climits>
#include <string>
#include <vector>

#include "assembler_fixture.h"

namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kfence_line = "BUG: KFENCE: use-after-free read in f+0x1/0x2";
constexpr const char* ubsan_line = "UBSAN: shift-out-of-bounds in m.c:3:2";
constexpr const char* bug_line = "kernel BUG at m.c:3!";

const Context task;
const Context other_task = {.task = 0x20000, .cpu = 1, .pid = 2, .comm = "other"};
const Context softirq = {.level = ERROR_REPORT_CONTEXT_SOFTIRQ};
const Context hardirq = {.level = ERROR_REPORT_CONTEXT_HARDIRQ};
const Context nmi = {.level = ERROR_REPORT_CONTEXT_NMI};

class Assembler : public AssemblerTest {
  protected:
    void open_warn(const Context& context = task) {
        print(context, cut_here);
        print(context, warn_line);
    }

    void close_warn(const Context& context = task) {
        print(context, end_trace);
        end(context, "warning");
    }

    void open_kasan(const Context& context = task) {
        print(context, rule);
        print(context, kasan_line);
    }

    void close_kasan(const Context& context = task) {
        end(context, "kasan");
        print(context, rule);
    }

    // Whole WARNs with @lines each, one inside the other, all open.
    void open_nested_warns(int depth) {
        for (int i = 0; i < depth; i++) {
            open_warn();
            print(task, "depth " + std::to_string(i));
        }
    }

    // Other tasks hold every full slot, and with @spares the spare ones, too.
    void exhaust(bool spares) { hold_slots(slots + (spares ? ERN_SPARE_SLOTS : 0)); }
};

std::string lines(std::initializer_list<std::string> all) {
    std::string text;
    for (const std::string& line : all)
        text += (text.empty() ? "" : "\n") + line;
    return text;
}

// One report of each kind.

TEST_F(Assembler, WarnEndsAtItsEvent) {
    open_warn();
    print(task, "Call Trace:");
    print(task, end_trace);
    EXPECT_THAT(reports(), IsEmpty());

    end(task, "warning", 0xabc);

    const auto ended = reports();
    ASSERT_THAT(ended, ElementsAre(IsReport("warning", 0, lines({warn_line, "Call Trace:"}))));
    EXPECT_EQ(ended[0].known.id, 0xabcu);
}

TEST_F(Assembler, WarnMayPrintAMessageBeforeItsHeadline) {
    print(task, cut_here);
    print(task, "refcount_t: underflow; use-after-free.");
    print(task, warn_line);
    close_warn();

    EXPECT_THAT(
        reports(),
        ElementsAre(
            IsReport("warning", 0, lines({"refcount_t: underflow; use-after-free.", warn_line}))));
}

struct EventRow {
    const char* tool;
    const char* headline;
};

class BehindARule : public Assembler, public testing::WithParamInterface<EventRow> {};

TEST_P(BehindARule, ReportEndsAtItsEventAndTheClosingRuleOpensNoGhost) {
    print(task, rule);
    print(task, GetParam().headline);
    print(task, "Read of size 8");
    end(task, GetParam().tool, 7);
    print(task, rule);
    print(task, "next, unrelated");
    sweep(0);

    EXPECT_THAT(
        reports(),
        ElementsAre(IsReport(GetParam().tool, 0, lines({GetParam().headline, "Read of size 8"}))));
}

TEST_P(BehindARule, ReportWithoutEventEndsAtItsClosingRule) {
    print(task, rule);
    print(task, GetParam().headline);
    print(task, rule);

    EXPECT_THAT(reports(), ElementsAre(IsReport(GetParam().tool, no_event, GetParam().headline)));
}

TEST_P(BehindARule, TwoReportsFollowEachOther) {
    for (int i = 0; i < 2; i++) {
        print(task, rule);
        print(task, GetParam().headline);
        end(task, GetParam().tool);
        print(task, rule);
    }

    EXPECT_THAT(
        reports(), ElementsAre(
                       IsReport(GetParam().tool, 0, GetParam().headline),
                       IsReport(GetParam().tool, 0, GetParam().headline)));
}

INSTANTIATE_TEST_SUITE_P(
    Detectors, BehindARule,
    testing::Values(EventRow{"kasan", kasan_line}, EventRow{"kfence", kfence_line}),
    [](const auto& info) { return info.param.tool; });

class WithoutEvent : public Assembler, public testing::WithParamInterface<EventRow> {};

TEST_P(WithoutEvent, ReportEndsAtItsFooter) {
    print(task, cut_here);
    print(task, GetParam().headline);
    print(task, "Call Trace:");
    print(task, "---[ end trace ]---");

    EXPECT_THAT(
        reports(), ElementsAre(IsReport(
                       GetParam().tool, no_event, lines({GetParam().headline, "Call Trace:"}))));
}

// Whatever a WARN's message is: its event names the tool and the footer ends nothing.
TEST_P(WithoutEvent, HeadlineInAWarnsMessageLeavesItAWarn) {
    print(task, cut_here);
    print(task, GetParam().headline);
    print(task, warn_line);
    print(task, end_trace);
    EXPECT_THAT(reports(), IsEmpty());
    end(task, "warning");

    EXPECT_THAT(
        reports(), ElementsAre(IsReport("warning", 0, lines({GetParam().headline, warn_line}))));
}

TEST_P(WithoutEvent, HeadlineBehindTheWarnsOwnLeavesItAWarn) {
    open_warn();
    print(task, GetParam().headline);
    close_warn();

    EXPECT_THAT(
        reports(), ElementsAre(IsReport("warning", 0, lines({warn_line, GetParam().headline}))));
}

INSTANTIATE_TEST_SUITE_P(
    Detectors, WithoutEvent,
    testing::Values(EventRow{"ubsan", ubsan_line}, EventRow{"bug", bug_line}),
    [](const auto& info) { return info.param.tool; });

TEST_F(Assembler, ReportTellsWhereItsFirstLineWasPrinted) {
    Context context = {.cpu = 1, .pid = 42, .comm = "fifteen letters"};
    print(context, cut_here);
    context.cpu = 2;
    print(context, warn_line);
    close_warn(context);

    const auto ended = reports();
    ASSERT_THAT(ended, SizeIs(1));
    EXPECT_EQ(ended[0].known.cpu, 1u);
    EXPECT_EQ(ended[0].known.pid, 42u);
    EXPECT_STREQ(ended[0].known.comm, "fifteen letters");
    EXPECT_EQ(ended[0].known.context, ERROR_REPORT_CONTEXT_TASK);
}

// What is no header.

struct NoHeaderRow {
    const char* description;
    std::vector<std::string> records;
};

class NoHeader : public Assembler, public testing::WithParamInterface<NoHeaderRow> {};

TEST_P(NoHeader, OpensNoReport) {
    for (const std::string& record : GetParam().records)
        print(task, record);
    sweep(0);

    EXPECT_THAT(reports(), IsEmpty()) << GetParam().description;
}

INSTANTIATE_TEST_SUITE_P(
    Rows, NoHeader,
    testing::Values(
        NoHeaderRow{"cut here inside a line", {"x " + std::string(cut_here)}},
        NoHeaderRow{
            "cut here as a line of a longer record", {std::string(cut_here) + "\nWARNING: "}},
        NoHeaderRow{"cut here behind an embedded newline", {"x\n" + std::string(cut_here)}},
        NoHeaderRow{"a rule alone", {rule, "x"}},
        NoHeaderRow{"a headline without a rule", {kasan_line}},
        NoHeaderRow{"a headline in the second record behind a rule", {rule, "x", kasan_line}},
        NoHeaderRow{"an empty record between rule and headline", {rule, "", kasan_line}},
        NoHeaderRow{"a headline in the rule's own record", {rule + "\n" + kasan_line}},
        NoHeaderRow{
            "a headline inside a line behind a rule", {rule, std::string("x ") + kasan_line}},
        NoHeaderRow{"a WARN's headline behind a rule", {rule, warn_line}},
        NoHeaderRow{"a footer alone", {std::string(end_trace)}}));

TEST_F(Assembler, ContinuationIsNoHeader) {
    printk(task, "x");
    pr_cont(task, std::string(cut_here) + "\n");
    printk(task, "");
    pr_cont(task, std::string(cut_here) + "\n");
    sweep(0);

    EXPECT_THAT(reports(), IsEmpty());
}

TEST_F(Assembler, ContinuationIsNoRuleAndNoHeadline) {
    printk(task, "x");
    pr_cont(task, rule + "\n");
    print(task, kasan_line);
    print(task, rule);
    printk(task, "");
    pr_cont(task, kasan_line);
    sweep(0);

    EXPECT_THAT(reports(), IsEmpty());
}

TEST_F(Assembler, ContinuationOfARuleIsNoHeadline) {
    printk(task, rule);
    pr_cont(task, std::string(kasan_line) + "\n");

    EXPECT_THAT(reports(), IsEmpty());
}

TEST_F(Assembler, ContinuedRuleIsNoRule) {
    printk(task, rule);
    pr_cont(task, "=\n");
    print(task, kasan_line);
    sweep(0);

    EXPECT_THAT(reports(), IsEmpty());
}

TEST_F(Assembler, ContinuationInsideAReportIsNoMark) {
    open_warn();
    printk(task, "x ");
    pr_cont(task, end_trace);
    pr_cont(task, std::string(cut_here) + "\n");
    close_warn();

    EXPECT_THAT(
        reports(), ElementsAre(IsReport(
                       "warning", 0,
                       lines({warn_line, "x " + std::string(end_trace) + std::string(cut_here)}))));
}

TEST_F(Assembler, RuleOfAnotherTaskOnTheSameCpuDoesNotCount) {
    Context other = other_task;
    other.cpu = task.cpu;
    print(other, rule);
    print(task, kasan_line);
    sweep(0);

    EXPECT_THAT(reports(), IsEmpty());
}

TEST_F(Assembler, RuleOfAnotherContextOnTheSameCpuNeitherCountsNorDisturbs) {
    print(task, rule);
    print(hardirq, kasan_line);
    print(task, kasan_line);
    end(task, "kasan");

    EXPECT_THAT(reports(), ElementsAre(IsReport("kasan", 0, kasan_line)));
}

// Fragments, lines and bytes.

TEST_F(Assembler, FragmentsOfOneRecordMakeOneLine) {
    open_warn();
    printk(task, "Modules linked in:");
    pr_cont(task, " a");
    pr_cont(task, "");
    pr_cont(task, " b\n");
    print(task, "RIP: f");
    close_warn();

    EXPECT_THAT(
        reports(), ElementsAre(IsReport(
                       "warning", 0, lines({warn_line, "Modules linked in: a b", "RIP: f"}))));
}

TEST_F(Assembler, HeadlineMayComeInFragments) {
    print(task, cut_here);
    printk(task, "WARNING: ");
    pr_cont(task, "CPU: 0\n");
    close_warn();

    EXPECT_THAT(reports(), ElementsAre(IsReport("warning", 0, "WARNING: CPU: 0")));
}

TEST_F(Assembler, RecordThatMissesItsNewlineEndsWhereTheNextBegins) {
    open_warn();
    printk(task, "no newline");
    print(task, "next");
    close_warn();

    EXPECT_THAT(
        reports(), ElementsAre(IsReport("warning", 0, lines({warn_line, "no newline", "next"}))));
}

TEST_F(Assembler, NoisyNeighbourBetweenFragmentsBreaksTheLineAsInTheLog) {
    open_warn();
    printk(task, "RSP: 1");
    print(other_task, "noise");
    pr_cont(task, " ORIG_RAX: 2\n");
    close_warn();

    EXPECT_THAT(
        reports(),
        ElementsAre(IsReport("warning", 0, lines({warn_line, "RSP: 1", " ORIG_RAX: 2"}))));
}

TEST_F(Assembler, NewlinesInsideARecordAreKept) {
    open_warn();
    print(task, "a\nb");
    print(task, "c\n");
    close_warn();

    EXPECT_THAT(
        reports(), ElementsAre(IsReport("warning", 0, lines({warn_line, "a", "b", "c", ""}))));
}

TEST_F(Assembler, EmptyRecordsAreBlankLines) {
    print(task, rule);
    print(task, kfence_line);
    print(task, "");
    print(task, "stack");
    print(task, "");
    print(task, "");
    end(task, "kfence");

    EXPECT_THAT(
        reports(), ElementsAre(IsReport("kfence", 0, lines({kfence_line, "", "stack", "", ""}))));
}

TEST_F(Assembler, NulBytesBecomeQuestionMarks) {
    using namespace std::string_literals;
    open_warn();
    print(task, "\0a\0\0b\0"s);
    close_warn();

    EXPECT_THAT(reports(), ElementsAre(IsReport("warning", 0, lines({warn_line, "?a??b?"}))));
}

TEST_F(Assembler, OtherBytesStayAsTheyAre) {
    const std::string bytes = "\x01\x7f\x80\xff\t\x1b[0m";
    open_warn();
    print(task, bytes);
    close_warn();

    EXPECT_THAT(reports(), ElementsAre(IsReport("warning", 0, lines({warn_line, bytes}))));
}

// The log's memory wraps in the midst of reports; a record that moved costs a newline.
TEST_F(Assembler, LogWrapCostsOneNewlineAtMost) {
    log = PrintkLog(512);
    int broken = 0;
    for (int i = 0; i < 500; i++) {
        const std::string noise(static_cast<size_t>(i % 61), 'n');
        print(other_task, noise);
        open_warn();
        printk(task, "one");
        pr_cont(task, " two");
        pr_cont(task, " three\n");
        close_warn();

        auto ended = reports();
        ASSERT_THAT(ended, SizeIs(1));
        std::string text = ended[0].text.substr(std::string(warn_line).size() + 1);
        broken += text.find('\n') != text.npos;
        std::erase(text, '\n');
        EXPECT_EQ(text, "one two three");
        EXPECT_LE(ended[0].text.size(), std::string(warn_line).size() + 1 + 13 + 1);
    }
    EXPECT_LT(broken, 150);
}

// Contexts stay apart.

TEST_F(Assembler, InterleavedContextsStayApart) {
    const std::vector<Context> contexts = {task, softirq, hardirq, nmi, other_task};
    for (const Context& context : contexts)
        print(context, cut_here);
    for (const Context& context : contexts)
        print(context, warn_line);
    for (const char* line : {"a", "b", "c"})
        for (size_t i = 0; i < contexts.size(); i++)
            print(contexts[i], line + std::to_string(i));
    for (const Context& context : contexts)
        close_warn(context);

    const auto ended = reports();
    ASSERT_THAT(ended, SizeIs(contexts.size()));
    for (size_t i = 0; i < contexts.size(); i++) {
        const std::string n = std::to_string(i);
        EXPECT_THAT(
            ended[i], IsReport("warning", 0, lines({warn_line, "a" + n, "b" + n, "c" + n})));
        EXPECT_EQ(ended[i].known.context, contexts[i].level);
        EXPECT_EQ(ended[i].known.pid, contexts[i].pid);
    }
}

TEST_F(Assembler, InterruptBetweenTwoFragmentsKeepsBothReports) {
    open_warn();
    printk(task, "Modules");
    print(hardirq, rule);
    print(hardirq, kasan_line);
    print(hardirq, "irq");
    end(hardirq, "kasan");
    print(hardirq, rule);
    print(task, "RIP");
    close_warn();

    EXPECT_THAT(
        reports(), ElementsAre(
                       IsReport("kasan", 0, lines({kasan_line, "irq"})),
                       IsReport("warning", 0, lines({warn_line, "Modules", "RIP"}))));
}

TEST_F(Assembler, LinesOfWhoHasNoReportGoNowhere) {
    open_warn();
    print(other_task, "noise");
    print(hardirq, "noise");
    close_warn();

    EXPECT_THAT(reports(), ElementsAre(IsReport("warning", 0, warn_line)));
}

TEST_F(Assembler, TaskMayMigrateBetweenLines) {
    Context context;
    for (const auto& line : {std::string(cut_here), std::string(warn_line), std::string("x")}) {
        print(context, line);
        context.cpu++;
    }
    close_warn(context);

    EXPECT_THAT(reports(), ElementsAre(IsReport("warning", 0, lines({warn_line, "x"}))));
}

// One report inside another of the same context.

TEST_F(Assembler, WarnInsideKasanIsAReportOfItsOwn) {
    open_kasan();
    open_warn();
    close_warn();
    print(task, "kasan goes on");
    close_kasan();

    EXPECT_THAT(
        reports(), ElementsAre(
                       IsReport("warning", 0, warn_line),
                       IsReport("kasan", 0, lines({kasan_line, "kasan goes on"}))));
}

TEST_F(Assembler, KasanInsideWarnIsAReportOfItsOwn) {
    open_warn();
    open_kasan();
    close_kasan();
    print(task, "warn goes on");
    close_warn();

    EXPECT_THAT(
        reports(), ElementsAre(
                       IsReport("kasan", 0, kasan_line),
                       IsReport("warning", 0, lines({warn_line, "warn goes on"}))));
}

TEST_F(Assembler, UbsanInsideKasanIsAReportOfItsOwn) {
    open_kasan();
    print(task, cut_here);
    print(task, ubsan_line);
    print(task, "---[ end trace ]---");
    print(task, "kasan goes on");
    close_kasan();

    EXPECT_THAT(
        reports(), ElementsAre(
                       IsReport("ubsan", no_event, ubsan_line),
                       IsReport("kasan", 0, lines({kasan_line, "kasan goes on"}))));
}

TEST_F(Assembler, WarnsNestToTheLimit) {
    open_nested_warns(ERN_NESTING_MAX);
    for (u32 i = 0; i < ERN_NESTING_MAX; i++)
        close_warn();

    EXPECT_THAT(
        reports(), ElementsAre(
                       IsReport("warning", 0, lines({warn_line, "depth 3"})),
                       IsReport("warning", 0, lines({warn_line, "depth 2"})),
                       IsReport("warning", 0, lines({warn_line, "depth 1"})),
                       IsReport("warning", 0, lines({warn_line, "depth 0"}))));
}

TEST_F(Assembler, NestingTooDeepEndsTheInnermostBefore) {
    open_nested_warns(ERN_NESTING_MAX + 1);
    for (u32 i = 0; i < ERN_NESTING_MAX; i++)
        close_warn();

    EXPECT_THAT(
        reports(), ElementsAre(
                       IsReport("warning", unterminated, lines({warn_line, "depth 3"})),
                       IsReport("warning", 0, lines({warn_line, "depth 4"})),
                       IsReport("warning", 0, lines({warn_line, "depth 2"})),
                       IsReport("warning", 0, lines({warn_line, "depth 1"})),
                       IsReport("warning", 0, lines({warn_line, "depth 0"}))));
}

TEST_F(Assembler, RecordBehindAnInnerFooterWithoutEventBelongsToTheOuterReport) {
    open_kasan();
    print(task, cut_here);
    print(task, "a kind that the table does not know");
    print(task, end_trace);
    print(task, "kasan goes on");
    close_kasan();

    EXPECT_THAT(
        reports(), ElementsAre(
                       IsReport("unknown", no_event, "a kind that the table does not know"),
                       IsReport("kasan", 0, lines({kasan_line, "kasan goes on"}))));
}

TEST_F(Assembler, HeaderBehindAnInnerFooterWithoutEventNestsInTheOuterReport) {
    open_kasan();
    print(task, cut_here);
    print(task, "unknown");
    print(task, end_trace);
    open_warn();
    close_warn();
    print(task, "kasan goes on");
    close_kasan();

    EXPECT_THAT(
        reports(), ElementsAre(
                       IsReport("unknown", no_event, "unknown"), IsReport("warning", 0, warn_line),
                       IsReport("kasan", 0, lines({kasan_line, "kasan goes on"}))));
}

// Reports whose end event does not come.

TEST_F(Assembler, FooterOfAWarnWithoutEventCountsWhenTheNextRecordComes) {
    open_warn();
    print(task, end_trace);
    print(task, "unrelated");

    EXPECT_THAT(reports(), ElementsAre(IsReport("warning", no_event, warn_line)));
}

TEST_F(Assembler, FooterOfAWarnWithoutEventCountsWhenItFallsSilent) {
    open_warn();
    print(task, end_trace);
    sweep(0);

    EXPECT_THAT(reports(), ElementsAre(IsReport("warning", no_event, warn_line)));
}

TEST_F(Assembler, NextWarnEndsAWarnThatOnlyHadItsFooter) {
    open_warn();
    print(task, end_trace);
    open_warn();
    close_warn();

    EXPECT_THAT(
        reports(),
        ElementsAre(IsReport("warning", no_event, warn_line), IsReport("warning", 0, warn_line)));
}

TEST_F(Assembler, StartEventEndsAWarnThatOnlyHadItsFooter) {
    open_warn();
    print(task, end_trace);
    start(task);
    open_warn();
    close_warn();

    EXPECT_THAT(
        reports(),
        ElementsAre(IsReport("warning", no_event, warn_line), IsReport("warning", 0, warn_line)));
}

TEST_F(Assembler, EventWithoutHeaderIsAReportWithoutText) {
    end(task, "warning", 0x123);

    const auto ended = reports();
    ASSERT_THAT(ended, ElementsAre(IsReport("warning", no_text, "")));
    EXPECT_EQ(ended[0].known.id, 0x123u);
}

TEST_F(Assembler, ReportWhoseTextContinuesItsHeaderHasText) {
    printk(task, cut_here);
    pr_cont(task, " and more\n");
    end(task, "warning");

    EXPECT_THAT(reports(), ElementsAre(IsReport("warning", 0, " and more")));
}

TEST_F(Assembler, EventOfAnUnknownDetectorEndsWhatIsOpenAndTheTextTellsTheTool) {
    open_warn();
    end(task, "no such tool");
    end(task, "no such tool");

    EXPECT_THAT(
        reports(),
        ElementsAre(IsReport("warning", 0, warn_line), IsReport("unknown", no_text, "")));
}

TEST_F(Assembler, EventOfAnotherKindLeavesTheOpenReportAlone) {
    open_warn();
    end(task, "kasan");
    print(task, "warn goes on");
    close_warn();

    EXPECT_THAT(
        reports(), ElementsAre(
                       IsReport("kasan", no_text, ""),
                       IsReport("warning", 0, lines({warn_line, "warn goes on"}))));
}

TEST_F(Assembler, EventOfAnotherContextLeavesTheOpenReportAlone) {
    open_warn();
    end(hardirq, "warning");
    close_warn();

    EXPECT_THAT(
        reports(),
        ElementsAre(IsReport("warning", no_text, ""), IsReport("warning", 0, warn_line)));
}

// Silence.

TEST_F(Assembler, SilenceEndsAReportAtItsTimeNotBefore) {
    open_warn();
    now += 99;
    sweep(100);
    EXPECT_THAT(reports(), IsEmpty());

    now += 1;
    sweep(100);
    EXPECT_THAT(reports(), ElementsAre(IsReport("warning", unterminated, warn_line)));
}

TEST_F(Assembler, EveryFragmentBreaksTheSilence) {
    open_warn();
    now += 99;
    printk(task, "x");
    now += 99;
    pr_cont(task, "y");
    now += 99;
    print(task, rule);
    now += 99;
    sweep(100);
    EXPECT_THAT(reports(), IsEmpty());

    close_warn();
    EXPECT_THAT(reports(), ElementsAre(IsReport("warning", 0, lines({warn_line, "xy"}))));
}

TEST_F(Assembler, SilenceIsMeasuredAcrossTheClocksWrap) {
    now = ULONG_MAX - 49;
    open_warn();
    for (int i = 0; i < 9; i++) {
        now += 11;
        sweep(100);
        EXPECT_THAT(reports(), IsEmpty());
    }

    now += 1;
    sweep(100);
    EXPECT_THAT(reports(), ElementsAre(IsReport("warning", unterminated, warn_line)));
}

// A CPU may have read the clock after the sweep did.
TEST_F(Assembler, ReportFromTheFutureIsNotSilent) {
    now += 1;
    open_warn();
    now -= 1;
    sweep(100);
    EXPECT_THAT(reports(), IsEmpty());

    close_warn();
    EXPECT_THAT(reports(), SizeIs(1));
}

TEST_F(Assembler, SilenceEndsEveryReportAndFreesItsSlot) {
    exhaust(true);
    now += 100;
    sweep(100);
    EXPECT_THAT(reports(), SizeIs(slots + ERN_SPARE_SLOTS));

    open_warn();
    close_warn();
    EXPECT_THAT(reports(), ElementsAre(IsReport("warning", 0, warn_line)));
}

// Task addresses come again.

TEST_F(Assembler, TaskWithADeadOnesAddressDoesNotInheritItsReport) {
    const Context reborn = {.pid = 2, .comm = "reborn", .start_time = 2};
    open_warn();
    print(reborn, "x");
    EXPECT_THAT(reports(), ElementsAre(IsReport("warning", unterminated, warn_line)));

    open_warn(reborn);
    close_warn(reborn);
    const auto ended = reports();
    ASSERT_THAT(ended, ElementsAre(IsReport("warning", 0, warn_line)));
    EXPECT_EQ(ended[0].known.pid, 2u);
}

TEST_F(Assembler, EventOfATaskWithADeadOnesAddressEndsNotItsReport) {
    const Context reborn = {.start_time = 2};
    open_warn();
    end(reborn, "warning");

    EXPECT_THAT(
        reports(),
        ElementsAre(
            IsReport("warning", unterminated, warn_line), IsReport("warning", no_text, "")));
}

TEST_F(Assembler, StartEventOfATaskWithADeadOnesAddressEndsItsReport) {
    const Context reborn = {.start_time = 2};
    open_warn();
    start(reborn);
    open_warn(reborn);
    close_warn(reborn);

    EXPECT_THAT(
        reports(),
        ElementsAre(
            IsReport("warning", unterminated, warn_line), IsReport("warning", 0, warn_line)));
}

// Truncation. A slot holds slot_size bytes.

class Truncation : public Assembler {
  protected:
    // Opens a WARN whose text is @size bytes with the lines to come: the headline
    // and, behind it, one line of filling.
    void open_filled(size_t size) {
        open_warn();
        print(task, filling(size));
    }

    static std::string filling(size_t size) {
        return std::string(size - std::string(warn_line).size() - 1, 'f');
    }
};

TEST_F(Truncation, TextThatFitsExactlyIsWhole) {
    open_filled(slot_size);
    close_warn();

    const auto ended = reports();
    ASSERT_THAT(ended, ElementsAre(IsReport("warning", 0, lines({warn_line, filling(slot_size)}))));
    EXPECT_EQ(ended[0].known.text_len, slot_size);
}

TEST_F(Truncation, OneByteTooManyCutsTheLastLine) {
    open_filled(slot_size + 1);
    close_warn();

    const auto ended = reports();
    ASSERT_THAT(ended, ElementsAre(IsReport("warning", truncated, warn_line)));
    EXPECT_EQ(ended[0].known.text_len, slot_size + 1);
}

TEST_F(Truncation, LineThatEndsAtTheLimitIsKept) {
    open_filled(slot_size);
    print(task, "");
    close_warn();

    const auto ended = reports();
    ASSERT_THAT(
        ended, ElementsAre(IsReport("warning", truncated, lines({warn_line, filling(slot_size)}))));
    EXPECT_EQ(ended[0].known.text_len, slot_size + 1);
}

TEST_F(Truncation, LineThatEndsOneBeforeTheLimitIsKept) {
    open_filled(slot_size - 1);
    print(task, "x");
    close_warn();

    const auto ended = reports();
    ASSERT_THAT(
        ended,
        ElementsAre(IsReport("warning", truncated, lines({warn_line, filling(slot_size - 1)}))));
    EXPECT_EQ(ended[0].known.text_len, slot_size + 1);
}

TEST_F(Truncation, FragmentTooManyCutsItsWholeLine) {
    open_warn();
    printk(task, filling(slot_size));
    pr_cont(task, "x\n");
    close_warn();

    EXPECT_THAT(reports(), ElementsAre(IsReport("warning", truncated, warn_line)));
}

TEST_F(Truncation, NewlineInsideARecordIsALinesEnd) {
    open_warn();
    print(task, "kept\n" + filling(slot_size));
    close_warn();

    EXPECT_THAT(reports(), ElementsAre(IsReport("warning", truncated, lines({warn_line, "kept"}))));
}

TEST_F(Truncation, NothingFollowsTheCutAndTextLenTellsTheWhole) {
    open_filled(slot_size + 1);
    print(task, "short");
    printk(task, "a");
    pr_cont(task, "b\n");
    close_warn();

    const auto ended = reports();
    ASSERT_THAT(ended, ElementsAre(IsReport("warning", truncated, warn_line)));
    EXPECT_EQ(ended[0].known.text_len, slot_size + 1 + strlen("\nshort\nab"));
}

TEST_F(Truncation, SingleOverlongLineIsCutInsideItself) {
    const std::string line = "WARNING: " + std::string(slot_size, 'x');
    print(task, cut_here);
    print(task, line);
    close_warn();

    const auto ended = reports();
    ASSERT_THAT(ended, ElementsAre(IsReport("warning", truncated, line.substr(0, slot_size))));
    EXPECT_EQ(ended[0].known.text_len, line.size());
}

TEST_F(Truncation, ConcernsOneReportNotTheNextInTheSlot) {
    open_filled(slot_size + 1);
    close_warn();
    open_warn();
    close_warn();

    const auto ended = reports();
    ASSERT_THAT(ended, SizeIs(2));
    EXPECT_THAT(ended[1], IsReport("warning", 0, warn_line));
    EXPECT_EQ(ended[1].known.text_len, strlen(warn_line));
}

TEST_F(Truncation, LengthOfAReportThatGoesOnForEverDoesNotComeRoundToZero) {
    open_warn();
    for (int i = 0; i < 2; i++)
        print_huge(task, U32_MAX - 1);
    close_warn();

    const auto ended = reports();
    ASSERT_THAT(ended, ElementsAre(IsReport("warning", truncated, warn_line)));
    EXPECT_EQ(ended[0].known.text_len, U32_MAX);
}

// Every slot in use.

TEST_F(Assembler, ReportWithoutSlotGetsASpareOneForItsHeadline) {
    const std::string line(ERN_SPARE_SIZE, 'x');
    exhaust(false);
    open_warn();
    print(task, line);
    close_warn();

    const auto ended = reports();
    ASSERT_THAT(ended, ElementsAre(IsReport("warning", truncated, warn_line)));
    EXPECT_EQ(ended[0].known.text_len, strlen(warn_line) + 1 + line.size());
}

TEST_F(Assembler, ReportWithoutAnySlotIsLostOnce) {
    exhaust(true);
    open_warn();
    print(task, "x");
    print(task, end_trace);
    EXPECT_EQ(lost(), 0);

    end(task, "warning");
    EXPECT_EQ(lost(), 1);
    EXPECT_THAT(reports(), IsEmpty());
}

// No event will tell that there was one.
TEST_F(Assembler, ReportWithoutEventAndAnySlotIsLostAtItsHeadline) {
    exhaust(true);
    for (const char* headline : {ubsan_line, bug_line}) {
        print(task, cut_here);
        EXPECT_EQ(lost(), 0);
        print(task, headline);
        EXPECT_EQ(lost(), 1) << headline;
        print(task, headline);
        print(task, end_trace);
        EXPECT_EQ(lost(), 0) << headline;
    }
    EXPECT_THAT(reports(), IsEmpty());
}

TEST_F(Assembler, HeadlineWithoutAHeaderIsNoLoss) {
    exhaust(true);
    print(task, cut_here);
    print(other_task, ubsan_line);
    print(hardirq, ubsan_line);
    print(task, "x");
    print(task, ubsan_line);

    EXPECT_EQ(lost(), 0);
}

TEST_F(Assembler, EventWithoutHeaderAndSlotIsLost) {
    exhaust(true);
    end(task, "kasan");
    end(task, "warning");

    EXPECT_EQ(lost(), 2);
}

TEST_F(Assembler, NestedReportWithoutSlotIsLostNotItsOuterOne) {
    open_kasan();
    exhaust(true);
    open_warn();
    close_warn();
    EXPECT_EQ(lost(), 1);
    EXPECT_THAT(reports(), IsEmpty());

    // The lost one's lines are in its text: nobody knows better.
    close_kasan();
    EXPECT_THAT(reports(), ElementsAre(IsReport("kasan", 0, lines({kasan_line, warn_line}))));
}

TEST_F(Assembler, NestedReportBehindARuleWithoutSlotLosesNoLine) {
    open_warn();
    exhaust(true);
    open_kasan();
    print(task, "Read of size 8");
    close_kasan();
    EXPECT_EQ(lost(), 1);

    close_warn();
    EXPECT_THAT(
        reports(),
        ElementsAre(IsReport("warning", 0, lines({warn_line, kasan_line, "Read of size 8"}))));
}

TEST_F(Assembler, FinishedReportHoldsItsSlotUntilItIsCollected) {
    collecting = false;
    for (u32 i = 0; i < slots + ERN_SPARE_SLOTS; i++)
        end(task, "warning");
    end(task, "warning");
    EXPECT_EQ(lost(), 1);

    collecting = true;
    end(task, "warning");
    EXPECT_EQ(lost(), 1);
    EXPECT_THAT(reports(), SizeIs(slots + ERN_SPARE_SLOTS));
    end(task, "warning");
    EXPECT_THAT(reports(), SizeIs(1));
}

// The start event.

TEST_F(Assembler, StartEventBeforeTheHeaderMakesOneReport) {
    start(task);
    open_kasan();
    close_kasan();
    start(task);
    open_warn();
    close_warn();

    EXPECT_THAT(
        reports(),
        ElementsAre(IsReport("kasan", 0, kasan_line), IsReport("warning", 0, warn_line)));
}

TEST_F(Assembler, StartEventBehindTheHeaderMakesOneReport) {
    print(task, cut_here);
    start(task);
    print(task, warn_line);
    close_warn();
    print(task, rule);
    print(task, kasan_line);
    start(task);
    close_kasan();

    EXPECT_THAT(
        reports(),
        ElementsAre(IsReport("warning", 0, warn_line), IsReport("kasan", 0, kasan_line)));
}

TEST_F(Assembler, StartEventNeedsNoHeader) {
    start(task);
    print(task, "a tool of its own");
    end(task, "");

    EXPECT_THAT(reports(), ElementsAre(IsReport("unknown", 0, "a tool of its own")));
}

TEST_F(Assembler, StartedReportWithoutEventEndsAtItsFooter) {
    start(task);
    open_kasan();
    print(task, rule);

    EXPECT_THAT(reports(), ElementsAre(IsReport("kasan", no_event, kasan_line)));
}

TEST_F(Assembler, StartedReportOfAToolWithoutEventEndsAtItsFooter) {
    start(task);
    print(task, cut_here);
    print(task, ubsan_line);
    print(task, "---[ end trace ]---");

    EXPECT_THAT(reports(), ElementsAre(IsReport("ubsan", no_event, ubsan_line)));
}

TEST_F(Assembler, RuleTwiceBehindAStartEventIsNoReport) {
    start(task);
    print(task, rule);
    open_kasan();
    close_kasan();

    EXPECT_THAT(reports(), ElementsAre(IsReport("kasan", 0, kasan_line)));
}

TEST_F(Assembler, StartEventInsideAStartedReportNests) {
    start(task);
    open_kasan();
    start(task);
    open_warn();
    close_warn();
    print(task, "kasan goes on");
    close_kasan();

    EXPECT_THAT(
        reports(), ElementsAre(
                       IsReport("warning", 0, warn_line),
                       IsReport("kasan", 0, lines({kasan_line, "kasan goes on"}))));
}

TEST_F(Assembler, WarnWithoutStartEventInsideAStartedReportNests) {
    start(task);
    open_kasan();
    open_warn();
    close_warn();
    close_kasan();

    EXPECT_THAT(
        reports(),
        ElementsAre(IsReport("warning", 0, warn_line), IsReport("kasan", 0, kasan_line)));
}

TEST_F(Assembler, StartEventAndEndEventAloneMakeAReportWithoutText) {
    start(task);
    end(task, "kfence");

    EXPECT_THAT(reports(), ElementsAre(IsReport("kfence", no_text, "")));
}

TEST_F(Assembler, StartEventWithoutSlotIsLostAtItsEnd) {
    exhaust(true);
    start(task);
    open_warn();
    close_warn();

    EXPECT_EQ(lost(), 1);
    EXPECT_THAT(reports(), IsEmpty());
}

// Who may write /dev/kmsg forges whole records, in his own task's context.

TEST_F(Assembler, ForgedReportIsFlaggedForItHasNoEvent) {
    open_kasan();
    print(task, rule);
    open_warn();
    print(task, end_trace);
    sweep(0);

    EXPECT_THAT(
        reports(),
        ElementsAre(
            IsReport("kasan", no_event, kasan_line), IsReport("warning", no_event, warn_line)));
}

TEST_F(Assembler, ForgedHeaderDoesNotKeepARealReportFromBeingWhole) {
    open_kasan();
    print(task, "forged");
    open_warn();
    close_warn();
    open_kasan();
    close_kasan();

    EXPECT_THAT(
        reports(), ElementsAre(
                       IsReport("warning", 0, warn_line),
                       IsReport("kasan", no_event, lines({kasan_line, "forged"})),
                       IsReport("kasan", 0, kasan_line)));
}

TEST_F(Assembler, ForgedHeadersHoldNoMoreSlotsThanTheNestingLimit) {
    for (int i = 0; i < 100; i++)
        print(task, cut_here);

    EXPECT_EQ(atomic_read(&assembler.active), static_cast<int>(ERN_NESTING_MAX));
    EXPECT_THAT(reports(), SizeIs(100 - ERN_NESTING_MAX));
    holders = true;
}

TEST_F(Assembler, HostileTaskNameOpensNothing) {
    open_warn();
    print(task, "CPU: 0 PID: 1 Comm: " + std::string(cut_here.substr(0, 15)) + " Not tainted");
    print(task, "CPU: 0 PID: 1 Comm: \n" + std::string(end_trace) + " Not tainted");
    close_warn();

    EXPECT_THAT(reports(), SizeIs(1));
}

// The quick way out.

TEST_F(Assembler, NothingOpenAndNoMarkMeansIdle) {
    ern_note note = {};
    const char text[] = "hello";

    EXPECT_TRUE(ern_assembler_idle(&assembler, &note, text, 5));
    EXPECT_TRUE(ern_assembler_idle(&assembler, &note, text, 0));
    EXPECT_FALSE(ern_assembler_idle(&assembler, &note, "-", 1));
    EXPECT_FALSE(ern_assembler_idle(&assembler, &note, "=", 1));
    note.mark[ERROR_REPORT_CONTEXT_NMI] = 1;
    EXPECT_FALSE(ern_assembler_idle(&assembler, &note, text, 5));
    note.mark[ERROR_REPORT_CONTEXT_NMI] = 0;
    exhaust(false);
    EXPECT_FALSE(ern_assembler_idle(&assembler, &note, text, 5));
}

} // namespace
