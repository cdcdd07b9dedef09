// SPDX-License-Identifier: MIT
#include "encode/text.h"

#include "sample.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <linux/error_report.h>
#include <string>
#include <utility>

namespace error_report {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Report sample() {
    auto report = test::sample();
    report.text = "BUG: one\n\ttwo";
    return report;
}

TEST(Text, OfAReportHasAHeadlineAndTheText) {
    EXPECT_EQ(
        text_of(sample(), true), "report 7: kfence at 2026-01-02 03:04:05.123456 UTC\n"
                                 "cpu 1, pid 42 (bash), task context, id 0xffff888012345678\n"
                                 "\n"
                                 "BUG: one\n\ttwo\n");
}

TEST(Text, OfAReportLeavesOutWhatItsSourceDoesNotTell) {
    Report report;
    report.seq = 7;
    report.tool = "kasan";
    report.text = "BUG: one";
    report.time_real = 1'767'323'045'123'456'789;

    EXPECT_EQ(
        text_of(report, true), "report 7: kasan at 2026-01-02 03:04:05.123456 UTC\n"
                               "\n"
                               "BUG: one\n");
}

TEST(Text, OfAReportSaysWhatIsSpecial) {
    auto report = sample();
    report.flags = ERROR_REPORT_FLAG_TRUNCATED;
    report.text_bytes = 99;

    EXPECT_THAT(
        text_of(report, true), HasSubstr("flags: truncated\nthe text's first 13 of 99 bytes\n"));
}

TEST(Text, OfAReportPassesNoEscapeSequenceOn) {
    auto report = sample();
    report.comm = report.text = report.tool = "\x1b[31m";

    EXPECT_THAT(text_of(report, true), Not(HasSubstr("\x1b")));
}

TEST(Text, OfAStatusIsAligned) {
    Status status;
    status.ended = 12;
    status.oldest_seq = 3;
    status.newest_seq = 12;
    status.ring_reports = 10;

    const auto text = text_of(status);

    EXPECT_THAT(text, HasSubstr("\nreports ended             12\n"));
    EXPECT_THAT(text, HasSubstr("\nretained                  10 (SEQ 3 to 12)\n"));
}

TEST(Text, OfAStatusKnowsAnEmptyRing) {
    EXPECT_THAT(text_of(Status{}), HasSubstr("\nretained                  0\n"));
}

std::string encode(const Record& record, EncoderOptions options = {}) {
    options.utc = true;
    return TextEncoder(std::move(options)).encode(record, 1'767'355'200'000'000'000);
}

TEST(TextStream, IndentsAReportBelowItsHeadline) {
    auto report = sample();
    report.flags = ERROR_REPORT_FLAG_NO_EVENT;

    EXPECT_EQ(
        encode(report),
        "2026-01-02 03:04:05.123456 UTC report 7: kfence, cpu 1, pid 42 (bash), task context, "
        "id 0xffff888012345678\n"
        "    flags: no_event\n"
        "    BUG: one\n"
        "    \ttwo\n");
}

TEST(TextStream, CanDoWithoutTheText) {
    EXPECT_THAT(encode(sample(), {.with_text = false}), EndsWith("id 0xffff888012345678\n"));
}

TEST(TextStream, ColoursTheHeadlineOnly) {
    const auto text = encode(sample(), {.colour = true});

    EXPECT_THAT(text, StartsWith("\x1b[1;31m2026-"));
    EXPECT_THAT(text, HasSubstr("id 0xffff888012345678\x1b[0m\n    BUG: one\n"));
}

TEST(TextStream, PassesNoControlCharacterOn) {
    auto report = sample();
    report.text = report.tool = "\x1b[31m\r\a";
    report.comm = report.text;

    const auto text = encode(report);

    EXPECT_TRUE(std::ranges::all_of(text, [](char c) { return c == '\n' || c >= ' '; })) << text;
}

struct Sentence {
    const char* name;
    Record record;
    const char* text;
};

class TextStreamEvent : public testing::TestWithParam<Sentence> {};

TEST_P(TextStreamEvent, IsOneLine) {
    EXPECT_EQ(
        encode(GetParam().record),
        "2026-01-02 12:00:00.000000 UTC " + std::string(GetParam().text) + '\n');
}

INSTANTIATE_TEST_SUITE_P(
    Rows, TextStreamEvent,
    testing::Values(
        Sentence{
            "start", Start{1, 9, 10, "0.1.0", "0.1.0"},
            "listening from report 10 on; the kernel has counted 9"},
        Sentence{
            "lost", Lost{{3, 5, ERROR_REPORT_CAUSE_NO_SLOT | cause_queue_full, 1}, 9},
            "reports 3 to 5 are lost: no_slot, queue_full"},
        Sentence{
            "one_lost", Lost{{3, 3, ERROR_REPORT_CAUSE_NO_SLOT, 1}, 9},
            "report 3 is lost: no_slot"},
        Sentence{
            "resync", Resync{1, 9, 4, 8, "overrun"},
            "reports 4 to 8 were fetched from the kernel's ring: overrun"},
        Sentence{"family_down", FamilyDown{1, 9}, "the kernel module was unloaded after report 9"},
        Sentence{
            "family_up", FamilyUp{1, 0}, "the kernel module was loaded again and has counted 0"},
        Sentence{
            "stop", Stop{1, 9, 9, 4, "SIG\x1bTERM"},
            "stopped after report 9: SIG\\x1bTERM; reports written: 4"}),
    [](const auto& row) { return row.param.name; });

} // namespace
} // namespace error_report
