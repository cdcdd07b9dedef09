// SPDX-License-Identifier: MIT
#include "encode/table.h"

#include <gmock/gmock.h>
#include <linux/error_report.h>

namespace error_report {
namespace {

using testing::HasSubstr;
using testing::Not;

Report sample(std::uint64_t seq, std::string text) {
    Report report;
    report.seq = seq;
    report.tool = "kfence";
    report.text = std::move(text);
    report.text_bytes = 1234;
    report.time_real = 1'767'323'045'123'456'789;
    report.cpu = 1;
    report.pid = 42;
    report.comm = "bash";
    report.context = ERROR_REPORT_CONTEXT_TASK;
    return report;
}

TEST(Table, HasADashForWhatTheReportsSourceDoesNotTell) {
    ReportTable table(true);
    Report report;
    report.seq = 9;
    report.tool = "kfence";
    report.text = "BUG: one";
    table.add(report);

    EXPECT_THAT(
        table.text(0), HasSubstr("kfence    -    -  -     -        -          -  BUG: one\n"));
}

TEST(Table, AlignsItsColumns) {
    ReportTable table(true);
    table.add(sample(9, "BUG: one\ntwo"));
    auto flagged = sample(10, "BUG: three");
    flagged.flags = ERROR_REPORT_FLAG_TRUNCATED | ERROR_REPORT_FLAG_NO_EVENT;
    table.add(flagged);

    EXPECT_EQ(
        table.text(0),
        "SEQ  TIME                 TOOL    CPU  PID  COMM  CONTEXT  FLAGS               BYTES  "
        "REPORT\n"
        "  9  2026-01-02 03:04:05  kfence    1   42  bash  task     -                    1234  "
        "BUG: one\n"
        " 10  2026-01-02 03:04:05  kfence    1   42  bash  task     truncated,no_event   1234  "
        "BUG: three\n");
}

TEST(Table, HasItsHeadAloneWithoutReports) {
    EXPECT_EQ(
        ReportTable(true).text(0),
        "SEQ  TIME  TOOL  CPU  PID  COMM  CONTEXT  FLAGS  BYTES  REPORT\n");
}

TEST(Table, FitsATerminal) {
    ReportTable table(true);
    table.add(sample(9, "BUG: a line that is long"));

    EXPECT_THAT(table.text(80), HasSubstr("1234  BUG: a…\n"));
}

TEST(Table, PassesNoEscapeSequenceOn) {
    ReportTable table(true);
    auto report = sample(9, "\x1b[31m");
    report.comm = report.tool = "\x1b";
    table.add(report);

    EXPECT_THAT(table.text(0), Not(HasSubstr("\x1b")));
}

} // namespace
} // namespace error_report
