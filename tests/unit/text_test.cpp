// SPDX-License-Identifier: MIT
#include "encode/text.h"

#include <gmock/gmock.h>
#include <linux/error_report.h>

namespace error_report {
namespace {

using testing::HasSubstr;
using testing::Not;

Report sample() {
    Report report;
    report.seq = 7;
    report.tool = "kfence";
    report.id = 0xffff888012345678;
    report.text = "BUG: one\n\ttwo";
    report.text_bytes = 13;
    report.time_real = 1'767'323'045'123'456'789;
    report.cpu = 1;
    report.pid = 42;
    report.comm = "bash";
    return report;
}

TEST(Text, OfAReportHasAHeadlineAndTheText) {
    EXPECT_EQ(
        text_of(sample(), true), "report 7: kfence at 2026-01-02 03:04:05.123456 UTC\n"
                                 "cpu 1, pid 42 (bash), task context, id 0xffff888012345678\n"
                                 "\n"
                                 "BUG: one\n\ttwo\n");
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
    report.text = report.comm = report.tool = "\x1b[31m";

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

} // namespace
} // namespace error_report
