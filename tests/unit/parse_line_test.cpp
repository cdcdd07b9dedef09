// SPDX-License-Identifier: MIT
#include "parse/line.h"

#include <gmock/gmock.h>
#include <string>

namespace error_report {
namespace {

struct Row {
    const char* name;
    const char* raw;
    const char* caller;
    const char* text = "BUG: it";
};

class ParseLine : public testing::TestWithParam<Row> {};

TEST_P(ParseLine, TakesOffWhatTheLogPutsBeforeTheKernelsWords) {
    const auto line = parse_line(GetParam().raw);

    EXPECT_EQ(line.text, GetParam().text);
    EXPECT_EQ(line.caller, GetParam().caller);
    EXPECT_FALSE(line.foreign);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, ParseLine,
    testing::Values(
        Row{"Bare", "BUG: it", ""}, Row{"Dmesg", "[   12.345678] BUG: it", ""},
        Row{"DmesgWithTask", "[   12.345678][  T123] BUG: it", "T123"},
        Row{"DmesgWithCpu", "[   12.345678] [    C0] BUG: it", "C0"},
        Row{"CallerFirst", "[  T123][   12.345678] BUG: it", "T123"},
        Row{"Level", "<4>[   12.345678] BUG: it", ""},
        Row{"LevelBehind", "[   12.345678] <4>BUG: it", ""},
        Row{"Pstore", "<3>[   12.345678][ T7] BUG: it", "T7"},
        Row{"Relative", "[  +0.000012] BUG: it", ""}, Row{"DmesgH", "[Nov22 15:09] BUG: it", ""},
        Row{"DmesgT", "[Sun Nov 22 15:09:06 2026] BUG: it", ""},
        Row{"Journal", "Nov 22 15:09:06 web1 kernel: BUG: it", ""},
        Row{"JournalOfDmesg", "Nov  2 15:09:06 web1 kernel: [   12.345678][ T9] BUG: it", "T9"},
        Row{"JournalMonotonic", "[   12.345678] web1 kernel: BUG: it", ""},
        Row{"Iso", "2026-11-22T15:09:06.123456+01:00 web1 kernel: BUG: it", ""},
        Row{"IsoOfDmesg", "2026-11-22T15:09:06,123456+0100 BUG: it", ""},
        Row{"IsoOfDmesgIsNoHost", "2026-11-22T15:09:06,123456+01:00 Call Trace:", "",
            "Call Trace:"},
        Row{"JournalFull", "Sun 2026-11-22 15:09:06 CET web1 kernel: BUG: it", ""},
        Row{"JournalUnix", "1700000000.123456 web1 kernel: BUG: it", ""},
        Row{"SyslogProtocol", "<3>1 2026-11-22T15:09:06Z web1 kernel - - - BUG: it", ""},
        Row{"DmesgD", "[   12.345678 <    0.000012>] BUG: it", ""},
        Row{"DmesgDAlone", "[<    0.000012>] BUG: it", ""},
        Row{"LevelNames", "kern  :err   : BUG: it", ""},
        Row{"LevelNamesOfDmesg", "kern  :warn  : [   12.345678] BUG: it", ""},
        Row{"Kmsg", "4,1234,5678901,-;BUG: it", ""},
        Row{"KmsgCaller", "4,1234,5678901,-,caller=T42;BUG: it", "T42"},
        Row{"Logcat", "11-22 15:09:06.123     0     0 W KERNEL  : BUG: it", ""},
        Row{"LogcatZone", "11-22 15:09:06.123 +0100     0     0 W KERNEL  : BUG: it", ""},
        Row{"LogcatYear", "2026-11-22 15:09:06.123     0     0 W KERNEL  : BUG: it", ""},
        Row{"LogcatEpoch", "1750305980.123     0     0 W KERNEL  : BUG: it", ""},
        Row{"LogcatBrief", "W/KERNEL  (    0): BUG: it", ""},
        Row{"LogcatOfDmesg", "11-22 15:09:06.123 I/kernel(  0): <6>[   12.345678] BUG: it", ""},
        Row{"Samsung", "[   12.345678]  [4:  kworker/4:1:  123] BUG: it", "4:  kworker/4:1:  123"},
        Row{"MediaTek", "<4>[   12.345678]  (0)[123:kworker/4:1]BUG: it", "123:kworker/4:1"},
        Row{"Program", "2026/11/22 15:09:06 BUG: it", ""},
        Row{"CarriageReturn", "[   12.345678] BUG: it\r", ""},
        Row{"Colour", "\x1b[1;31m[   12.345678] BUG: it\x1b[0m", "", "BUG: it\x1b[0m"},
        Row{"Prompt", "web1 login: [   12.345678][ T5] BUG: it", "T5"},
        Row{"HalfALine", "xx] y [[ 1 [   12.345678] BUG: it", ""},
        Row{"Dropped", "** 12 printk messages dropped ** [   12.345678] BUG: it", ""},
        Row{"KeepsTheIndent", "[   12.345678][ T5]  f+0x1/0x2", "T5", " f+0x1/0x2"},
        Row{"NoCaller", "[   12.345678] [T] x", "", "[T] x"}, Row{"Empty", "", "", ""},
        Row{"OnlyAPrefix", "[   12.345678]", "", ""}),
    [](const auto& row) { return row.param.name; });

TEST(ParseLineForeign, IsAnotherProgramsLineOfTheSystemLog) {
    for (const std::string raw :
         {"Nov 22 15:09:06 web1 sshd[123]: WARNING: x",
          "2026-11-22T15:09:06+01:00 web1 systemd[1]: BUG: x",
          "11-22 15:09:06.123  1000  1000 E ActivityManager: BUG: x", "12,1234,5678901,-;BUG: x",
          "<30>[   12.345678] systemd[1]: BUG: x", "daemon:err   : BUG: x",
          "<30>1 2026-11-22T15:09:06Z web1 systemd - - - BUG: x"})
        EXPECT_TRUE(parse_line(raw).foreign) << raw;
}

TEST(ParseLineForeign, IsNotASentenceThatLooksLikeOne) {
    for (const std::string raw : {"W x: y", "I am: here", "Nov 22 is: a day"})
        EXPECT_FALSE(parse_line(raw).foreign) << raw;
}

TEST(ParseLineStamp, TellsTheLogsOwnLinesFromOthersOnTheSameConsole) {
    EXPECT_TRUE(parse_line("[   12.345678] text").stamped);
    EXPECT_FALSE(parse_line("text").stamped);
    EXPECT_FALSE(parse_line("2026/11/22 15:09:06 text").stamped);
}

} // namespace
} // namespace error_report
