// SPDX-License-Identifier: MIT
#include "parse/finder.h"

#include "found_reports.h"
#include "parse/parse.h"
#include "parse/splitter.h"

#include <gmock/gmock.h>
#include <string>
#include <string_view>
#include <vector>

namespace error_report {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Le;
using testing::Not;
using testing::SizeIs;

std::vector<FoundReport> find(std::string_view log) {
    return test::reports_in(log);
}

std::vector<std::string> titles(std::string_view log) {
    std::vector<std::string> result;
    for (const auto& found : find(log))
        result.push_back(parse_report(found.text).title);
    return result;
}

TEST(ReportFinder, FindsAReportAmongOtherLines) {
    const auto found = find("[    1.0] usb 1-1: new device\n"
                            "[    2.0] ------------[ cut here ]------------\n"
                            "[    2.0] refcount_t: underflow\n"
                            "[    2.0] WARNING: CPU: 0 PID: 1 at a.c:1 f+0x1/0x2\n"
                            "[    2.0] Call Trace:\n"
                            "[    2.0]  f+0x1/0x2\n"
                            "[    2.0] ---[ end trace 0000000000000000 ]---\n"
                            "[    3.0] usb 1-1: gone\n");

    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(
        found[0].text, "refcount_t: underflow\nWARNING: CPU: 0 PID: 1 at a.c:1 f+0x1/0x2\n"
                       "Call Trace:\n f+0x1/0x2");
    EXPECT_EQ(found[0].first_line, 3);
    EXPECT_EQ(found[0].last_line, 6);
    EXPECT_FALSE(found[0].truncated);
}

// dmesg, journalctl, /dev/kmsg and syslog daemons show a record of several lines each in their way.
TEST(ReportFinder, TakesARecordOfSeveralLines) {
    const std::string expected = "BUG: KASAN: x in f+0x1/0x2\n"
                                 "The buggy address is located 8 bytes inside of\n"
                                 " freed 64-byte region [";
    for (const std::string rest :
         {"[    1.0][ T1] The buggy address is located 8 bytes inside of\n"
          "                freed 64-byte region [\n",
          "4,1,1000000,-,caller=T1;The buggy address is located 8 bytes inside of\\x0a freed "
          "64-byte region [\n",
          "Nov 22 15:09:06 web1 kernel: [    1.0][ T1] The buggy address is located 8 bytes inside "
          "of#012 freed 64-byte region [\n"}) {
        const auto found = find("[    1.0][ T1] BUG: KASAN: x in f+0x1/0x2\n" + rest);

        ASSERT_THAT(found, SizeIs(1));
        EXPECT_EQ(found[0].text, expected);
    }
}

TEST(ReportFinder, TakesNoDevicesNameForTheEndOfALine) {
    for (const std::string front : {"[    1.0] ", "Nov 22 15:09:06 web1 kernel: [    1.0] "})
        for (const std::string newline : {"\\x0a", "#012"})
            EXPECT_THAT(
                find(front + "usb 1-1: Product: Stick" + newline + "BUG: KASAN: x in f+0x1/0x2\n"),
                IsEmpty());
}

TEST(ReportFinder, TakesNoForeignRecordsRest) {
    EXPECT_THAT(
        find("12,1,1000000,-;a program says\n[    1.0] x\n"
             "Nov 22 15:09:06 web1 sshd[1]: it says\n"
             "                              BUG: KASAN: x in f+0x1/0x2\n"),
        IsEmpty());
}

TEST(ReportFinder, SeesThroughColours) {
    EXPECT_THAT(
        titles("\x1b[32m[    1.0] \x1b[0m\x1b[33mBUG\x1b[0m\x1b[1m: KFENCE: what\x1b[0m\n"),
        ElementsAre("KFENCE: what"));
}

TEST(ReportFinder, EndsAReportWhereAnotherKernelBegins) {
    const auto found = find("[   99.0] BUG: kernel NULL pointer dereference, address: 00000010\n"
                            "[    0.0] Linux version 6.1.0 (x@y)\n"
                            "[    0.0] Kernel command line: secret\n");

    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0].text, "BUG: kernel NULL pointer dereference, address: 00000010");
}

TEST(ReportFinder, FindsNothingInALogWithoutReports) {
    EXPECT_THAT(find(""), IsEmpty());
    EXPECT_THAT(find("[ 1.0] ======================\n[ 1.0] quiet\n[ 1.0] ====\n"), IsEmpty());
    EXPECT_THAT(find("Nov 22 15:09:06 web1 app[1]: BUG: mine\n"), IsEmpty());
}

TEST(ReportFinder, TakesAProgramsWarningForNone) {
    EXPECT_THAT(
        titles("[    1.0] usb 1-1: new device\n"
               "WARNING: apt does not have a stable CLI interface.\n"
               "BUG: please report\n"),
        IsEmpty());
    // Of a kernel whose lines have no time, nobody can tell.
    EXPECT_THAT(titles("WARNING: something\n"), ElementsAre("WARNING: something"));
    EXPECT_THAT(
        titles("[    1.0] usb 1-1: new device\nlogin: [    2.0] WARNING: something\n"),
        ElementsAre("WARNING: something"));
}

TEST(ReportFinder, TellsTasksApartWhereTheKernelNamesThem) {
    const auto found = find("[    1.0][  T1] BUG: KASAN: use-after-free in f+0x1/0x2\n"
                            "[    1.0][  T2] BUG: KFENCE: invalid free in g+0x1/0x2\n"
                            "[    1.0][  T1] Read of size 1 at addr ffff888012345678 by task a/1\n"
                            "[    1.0][  T2] Invalid free of 0xffff888012345670:\n"
                            "[    1.0][  T1] Call Trace:\n"
                            "[    1.0][  T2]  g+0x1/0x2\n"
                            "[    1.0][  T1]  f+0x1/0x2\n");

    ASSERT_THAT(found, SizeIs(2));
    EXPECT_EQ(
        found[0].text,
        "BUG: KASAN: use-after-free in f+0x1/0x2\n"
        "Read of size 1 at addr ffff888012345678 by task a/1\nCall Trace:\n f+0x1/0x2");
    EXPECT_EQ(
        found[1].text, "BUG: KFENCE: invalid free in g+0x1/0x2\n"
                       "Invalid free of 0xffff888012345670:\n g+0x1/0x2");
}

TEST(ReportFinder, KeepsStrangersOnTheSameConsoleOut) {
    const auto found = find("[    1.0] BUG: KASAN: use-after-free in f+0x1/0x2\n"
                            "executing program 3:\n"
                            "[    1.0] Call Trace:\n"
                            "[    1.0]  f+0x1/0x2\n");

    ASSERT_THAT(found, SizeIs(1));
    EXPECT_THAT(found[0].text, Not(HasSubstr("executing")));
}

TEST(ReportFinder, DeliversInTheOrderOfTheHeadlines) {
    EXPECT_THAT(
        titles("[    1.0][  T1] BUG: KASAN: use-after-free in f+0x1/0x2\n"
               "[    1.0][  T2] ------------[ cut here ]------------\n"
               "[    1.0][  T2] WARNING: CPU: 0 PID: 1 at a.c:1 g+0x1/0x2\n"
               "[    1.0][  T2] RIP: 0010:g+0x1/0x2\n"
               "[    1.0][  T2] ---[ end trace 0 ]---\n"
               "[    1.0][  T1] ==================================================\n"),
        ElementsAre("KASAN: use-after-free in f", "WARNING in g"));
}

TEST(ReportFinder, EndsAReportAtTheNextHeadline) {
    EXPECT_THAT(
        titles("INFO: task a:1 blocked for more than 120 seconds.\nCall Trace:\n f+0x1/0x2\n"
               "INFO: task b:2 blocked for more than 120 seconds.\nCall Trace:\n g+0x1/0x2\n"),
        ElementsAre("INFO: task hung in f", "INFO: task hung in g"));
}

TEST(ReportFinder, EndsASanitizersReportAtItsLastSeparator) {
    const auto found = find("==================================================\n"
                            "BUG: KASAN: use-after-free in f+0x1/0x2\n"
                            "Call Trace:\n f+0x1/0x2\n"
                            "==================================================\n"
                            "Disabling lock debugging due to kernel taint\n");

    ASSERT_THAT(found, SizeIs(1));
    EXPECT_THAT(found[0].text, Not(HasSubstr("Disabling")));
    EXPECT_THAT(found[0].text, Not(HasSubstr("====")));
}

TEST(ReportFinder, TakesAnOopsAndItsWordsForOne) {
    EXPECT_THAT(
        titles("BUG: unable to handle page fault for address: ffff888012345678\n"
               "Oops: general protection fault: 0000 [#1]\n"
               "RIP: 0010:f+0x1/0x2\nCall Trace:\n f+0x1/0x2\n"
               "---[ end trace 0 ]---\n"
               "Kernel panic - not syncing: Fatal exception\n"),
        ElementsAre("BUG: unable to handle kernel paging request in f"));
    EXPECT_THAT(
        titles("kernel BUG at a.c:1!\ninvalid opcode: 0000 [#1]\nRIP: 0010:f+0x1/0x2\n"),
        ElementsAre("kernel BUG in f"));
}

TEST(ReportFinder, TakesAPanicThatNothingAnnouncedForAReport) {
    EXPECT_THAT(
        titles("Kernel panic - not syncing: Fatal exception\n"),
        ElementsAre("kernel panic: Fatal exception"));
}

TEST(ReportFinder, EndsAReportWithoutAFooterWhereItsLinesEnd) {
    std::string log = "BUG: memory leak\nunreferenced object 0xffff8882d78c9ea0 (size 96):\n"
                      "  backtrace:\n    f+0x1/0x2\n";
    for (int i = 0; i < 100; ++i)
        log += "usb 1-1: device " + std::to_string(i) + '\n';

    const auto found = find(log);

    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0].last_line, 4);
    EXPECT_THAT(found[0].text, Not(HasSubstr("usb")));
}

TEST(ReportFinder, AddsWhatOtherCpusPrintToAReportThatAsksThem) {
    const auto found = find("[    1.0][   C1] rcu: INFO: rcu_sched self-detected stall on CPU\n"
                            "[    1.0][   C1] Sending NMI from CPU 1 to CPUs 0:\n"
                            "[    1.0][   C0] NMI backtrace for cpu 0\n"
                            "[    1.0][   C0]  looping+0x1/0x2\n");

    ASSERT_THAT(found, SizeIs(1));
    EXPECT_THAT(found[0].text, HasSubstr("looping"));
}

TEST(ReportFinder, KnowsARebootOnlyBehindAKernelThatDidNotAnnounceIt) {
    EXPECT_THAT(titles("Booting the kernel.\n"), IsEmpty());
    EXPECT_THAT(
        titles("[    9.0] working\nBooting the kernel.\n"),
        ElementsAre("unexpected kernel reboot"));
    EXPECT_THAT(titles("[    9.0] reboot: Restarting system\nBooting the kernel.\n"), IsEmpty());
}

TEST(ReportFinder, CutsAReportThatDoesNotEnd) {
    std::string log = "BUG: KASAN: use-after-free in f+0x1/0x2\n";
    while (log.size() < 2 * ReportFinder::longest_report)
        log += " f+0x1/0x2\n";

    const auto found = find(log);

    ASSERT_THAT(found, SizeIs(1));
    EXPECT_TRUE(found[0].truncated);
    EXPECT_THAT(found[0].text, SizeIs(Le(ReportFinder::longest_report)));
}

TEST(ReportFinder, HoldsOnlySoManyReportsOpen) {
    std::string log;
    for (int i = 0; i < 1000; ++i)
        log += "[    1.0][ T" + std::to_string(i) + "] BUG: KASAN: use-after-free in f+0x1/0x2\n";
    std::size_t delivered = 0;
    ReportFinder finder([&](const FoundReport&) { ++delivered; });
    LineSplitter splitter;

    splitter.feed(log, [&](std::string_view line) { finder.line(line); });

    EXPECT_EQ(delivered, 1000 - ReportFinder::most_open);
}

TEST(LineSplitter, JoinsWhatIsReadInParts) {
    std::vector<std::string> lines;
    LineSplitter splitter;
    const auto take = [&](std::string_view line) { lines.emplace_back(line); };

    for (const std::string part : {"a", "b\nc\n", "", "\nd"})
        splitter.feed(part, take);
    splitter.finish(take);

    EXPECT_THAT(lines, ElementsAre("ab", "c", "", "d"));
}

TEST(LineSplitter, CutsALineThatDoesNotEnd) {
    std::vector<std::string> lines;
    LineSplitter splitter;
    const auto take = [&](std::string_view line) { lines.emplace_back(line); };

    for (int i = 0; i < 100; ++i)
        splitter.feed(std::string(1000, 'x'), take);
    splitter.feed("\nnext\n", take);

    ASSERT_THAT(lines, SizeIs(2));
    EXPECT_THAT(lines[0], SizeIs(LineSplitter::longest_line));
    EXPECT_EQ(lines[1], "next");
}

} // namespace
} // namespace error_report
