// SPDX-License-Identifier: MIT
#include "parse/parse.h"

#include "parse/detectors.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <string>
#include <vector>

namespace error_report {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;
using testing::SizeIs;

// Every place where a title may find its function has the same one.
constexpr const char* body = " culprit+0x1/0x2\n"
                             "Write of size 8 at addr ffff888012345678 by task worker/42\n"
                             " (lock){+.+.}, at: culprit+0x1/0x2\n"
                             "RIP: 0010:culprit+0x1/0x2\n"
                             "... which became HARDIRQ-irq-safe at:\n"
                             " culprit+0x1/0x2\n"
                             "  backtrace:\n"
                             " kmalloc+0x1/0x2\n"
                             " culprit+0x1/0x2\n"
                             "Call Trace:\n"
                             " dump_stack+0x1/0x2\n"
                             " culprit.isra.0+0x1/0x2\n"
                             " do_syscall_64+0x1/0x2\n"
                             "Exception stack(0x1 to 0x2)\n"
                             "RIP: 0010:culprit+0x1/0x2\n"
                             " culprit+0x1/0x2\n"
                             " do_syscall_64+0x1/0x2\n";

struct Row {
    std::string headline;
    std::string title;
};

const std::vector<Row>& rows() {
    static const std::vector<Row> all{
#include "parse_titles.inc"
    };
    return all;
}

class ReportTitle : public testing::TestWithParam<Row> {};

TEST_P(ReportTitle, IsInTheConvention) {
    EXPECT_EQ(parse_report(GetParam().headline + '\n' + body).title, GetParam().title);
}

INSTANTIATE_TEST_SUITE_P(Rows, ReportTitle, testing::ValuesIn(rows()));

TEST(Detectors, HaveAnExampleEach) {
    for (const auto& detector : detectors()) {
        const auto fits = [&](const Row& row) {
            const auto line = std::string_view(row.headline).substr(0, row.headline.find('\n'));
            const auto headline = find_headline(line);
            return headline && match(detector.headline, headline->of(line));
        };
        EXPECT_TRUE(detector.category.empty() || std::ranges::any_of(rows(), fits))
            << detector.headline;
    }
}

TEST(Headline, IsNoneInAnyOtherLine) {
    for (const std::string line :
         {"", "WARNING", "usb 1-1: WARNING: x", "INFO: lockdep is turned off.",
          "INFO: NMI handler (perf_event_nmi_handler) took too long to run: 2.277 msecs",
          "EXT4-fs (loop1): INFO: recovery required on readonly filesystem",
          "WARNING: fbcon: Driver 'vkmsdrmfb' missed to adjust virtual screen size",
          "traps: a[1] general protection fault ip:4cb420 sp:7f27 error:0 in a[4c9000+3000]",
          "general protection fault ip:4cb420 sp:7f27 error:0 in a", "ODEBUG: Out of memory."})
        EXPECT_FALSE(find_headline(line)) << line;
}

constexpr const char* kasan =
    "BUG: KASAN: slab-use-after-free in consumer_release+0x57/0x150 [consumer]\n"
    "Read of size 8 at addr ffff88823bc8cf68 by task reader/one/9991\n"
    "\n"
    "CPU: 1 UID: 0 PID: 9991 Comm: reader/one Tainted: G    B   W          6.12.0-rc1+ #7\n"
    "Tainted: [B]=BAD_PAGE, [W]=WARN\n"
    "Hardware name: QEMU Standard PC (i440FX + PIIX, 1996)\n"
    "Workqueue: events consumer_work\n"
    "Call Trace:\n"
    " <TASK>\n"
    " dump_stack_lvl+0x241/0x360\n"
    " ? __pfx_dump_stack_lvl+0x10/0x10\n"
    " consumer_release+0x57/0x150 [consumer]\n"
    " </TASK>\n"
    "\n"
    "Allocated by task 9997:\n"
    " consumer_open+0x19c/0x850 [consumer]\n"
    "\n"
    "Freed by task 9998:\n"
    " consumer_close+0x13b/0x190 [consumer]\n"
    "\n"
    "The buggy address belongs to the object at ffff88823bc8cf00\n"
    " which belongs to the cache kmalloc-192 of size 192\n"
    "The buggy address is located 104 bytes inside of\n"
    " freed 192-byte region [ffff88823bc8cf00, ffff88823bc8cfc0)\n"
    "Modules linked in: consumer(OE) ext4\n";

TEST(ReportStructure, OfKasan) {
    const auto report = parse_report(kasan);

    EXPECT_EQ(report.title, "KASAN: slab-use-after-free Read in consumer_release");
    EXPECT_EQ(report.category, "kasan");
    EXPECT_EQ(report.type, "slab-use-after-free");
    EXPECT_EQ(report.function, "consumer_release");
    ASSERT_TRUE(report.access);
    EXPECT_EQ(report.access->kind, "read");
    EXPECT_THAT(report.access->size, Optional(8));
    EXPECT_THAT(report.access->address, Optional(0xffff88823bc8cf68));
    ASSERT_TRUE(report.location);
    EXPECT_EQ(report.location->function, "consumer_release");
    EXPECT_EQ(report.location->module, "consumer");
    EXPECT_THAT(report.location->offset, Optional(0x57));
}

TEST(ReportStructure, OfWhoAndWhere) {
    const auto report = parse_report(kasan);

    ASSERT_TRUE(report.task);
    EXPECT_EQ(report.task->comm, "reader/one");
    EXPECT_THAT(report.task->pid, Optional(9991));
    EXPECT_THAT(report.task->cpu, Optional(1));
    EXPECT_EQ(report.taint, "G    B   W");
    EXPECT_EQ(report.kernel, "6.12.0-rc1+");
    EXPECT_EQ(report.build, "#7");
    EXPECT_EQ(report.hardware, "QEMU Standard PC (i440FX + PIIX, 1996)");
    EXPECT_EQ(report.workqueue, "events consumer_work");
}

TEST(ReportStructure, OfTheObjectAndTheModules) {
    const auto report = parse_report(kasan);

    ASSERT_TRUE(report.object);
    EXPECT_EQ(report.object->cache, "kmalloc-192");
    EXPECT_THAT(report.object->size, Optional(192));
    EXPECT_THAT(report.object->start, Optional(0xffff88823bc8cf00));
    EXPECT_EQ(report.object->region, "located 104 bytes inside of freed 192-byte region");
    ASSERT_THAT(report.modules, SizeIs(2));
    EXPECT_EQ(report.modules[0].name, "consumer");
    EXPECT_EQ(report.modules[0].flags, "OE");
}

TEST(ReportStructure, OfTheRegionBeforeLinux62) {
    const auto report = parse_report("BUG: KASAN: x in f+0x1/0x2\n"
                                     "The buggy address is located 0 bytes inside of\n"
                                     " 32-byte region [ffff88823bc8cf00, ffff88823bc8cf20)\n");

    EXPECT_EQ(report.object->region, "located 0 bytes inside of 32-byte region");
}

TEST(ReportStructure, OfATaskOnAMachineWithKdump) {
    const auto report = parse_report(
        "BUG: KFENCE: what\nCPU: 1 UID: 0 PID: 9 Comm: cat Kdump: loaded Tainted: G W 6.12.0 #1\n");

    EXPECT_EQ(report.task->comm, "cat");
    EXPECT_EQ(report.taint, "G W");
    EXPECT_EQ(report.kernel, "6.12.0");
}

// The watchdog's own task, and where the CPUs are, are shown behind it.
TEST(ReportStructure, OfAHungTaskIsThatTasks) {
    const auto report = parse_report("INFO: task a:b/1:42 blocked for more than 120 seconds.\n"
                                     "      Not tainted 4.4.132+ #53\n"
                                     "Call Trace:\n"
                                     " [<ffffffff81234567>] __schedule+0x1/0x2\n"
                                     " [<ffffffff81234567>] foo_lock_thing+0x1/0x2\n"
                                     " [<ffffffff81234567>] do_syscall_64+0x1/0x2\n"
                                     "NMI backtrace for cpu 0\n"
                                     "CPU: 0 PID: 30 Comm: khungtaskd Not tainted 4.4.132+ #53\n"
                                     "RIP: 0010:io_serial_in+0x1/0x2\n");

    EXPECT_EQ(report.title, "INFO: task hung in foo_lock_thing");
    EXPECT_EQ(report.task->comm, "a:b/1");
    EXPECT_THAT(report.task->pid, Optional(42));
    EXPECT_FALSE(report.location);
    EXPECT_EQ(report.taint, "Not tainted");
    EXPECT_EQ(report.kernel, "4.4.132+");
}

TEST(ReportStructure, OfASoftLockup) {
    const auto report = parse_report("BUG: soft lockup - CPU#1 stuck for 22s! [a b:42]\n");

    EXPECT_EQ(report.task->comm, "a b");
    EXPECT_THAT(report.task->pid, Optional(42));
}

TEST(ReportStructure, OfSlub) {
    const auto report = parse_report("BUG kmalloc-64 (Tainted: G): Poison overwritten\n"
                                     "Allocated in opens+0x1/0x2 age=1 cpu=0 pid=1\n"
                                     " opens+0x1/0x2\n"
                                     "Freed in closes+0x1/0x2 age=1 cpu=0 pid=1\n"
                                     " closes+0x1/0x2\n"
                                     "Call Trace:\n"
                                     " checks+0x1/0x2\n");

    ASSERT_THAT(report.stacks, SizeIs(3));
    EXPECT_EQ(report.stacks[0].kind, StackKind::allocated);
    EXPECT_EQ(report.stacks[1].kind, StackKind::freed);
    EXPECT_EQ(report.stacks[2].kind, StackKind::faulting);
}

TEST(ReportStructure, OfKcsan) {
    const auto report =
        parse_report("BUG: KCSAN: data-race in f / g\n"
                     "write (marked) to 0xffff888012345678 of 4 bytes by task 1 on cpu 0:\n"
                     " f+0x1/0x2\n"
                     "read to 0xffff888012345678 of 4 bytes by task 2 on cpu 1:\n"
                     " g+0x1/0x2\n");

    ASSERT_THAT(report.stacks, SizeIs(2));
    EXPECT_EQ(report.stacks[0].kind, StackKind::faulting);
    EXPECT_EQ(report.stacks[1].kind, StackKind::other);
}

TEST(ReportStructure, OfTheStacks) {
    const auto report = parse_report(kasan);

    ASSERT_THAT(report.stacks, SizeIs(3));
    EXPECT_EQ(report.stacks[0].kind, StackKind::faulting);
    EXPECT_THAT(report.stacks[0].frames, SizeIs(3));
    EXPECT_TRUE(report.stacks[0].frames[1].inexact);
    EXPECT_EQ(report.stacks[1].kind, StackKind::allocated);
    EXPECT_EQ(report.stacks[1].title, "Allocated by task 9997:");
    EXPECT_THAT(report.stacks[1].pid, Optional(9997));
    EXPECT_EQ(report.stacks[2].kind, StackKind::freed);
}

TEST(ReportStructure, OfAWarning) {
    const auto report = parse_report(
        "refcount_t: underflow; use-after-free.\n"
        "WARNING: CPU: 3 PID: 77 at lib/refcount.c:28 refcount_warn_saturate+0xba/0x110\n"
        "Modules linked in:\n"
        "CPU: 3 PID: 77 Comm: a b Not tainted 6.1.0-13-amd64 #1  Debian 6.1.55-1\n"
        "RIP: 0010:refcount_warn_saturate+0xba/0x110\n"
        "Call Trace:\n"
        " put_it+0x1/0x2\n");

    EXPECT_EQ(report.title, "WARNING: refcount bug in put_it");
    EXPECT_EQ(report.type, "refcount bug");
    EXPECT_EQ(report.message, "refcount_t: underflow; use-after-free.");
    ASSERT_TRUE(report.location);
    EXPECT_EQ(report.location->file, "lib/refcount.c");
    EXPECT_THAT(report.location->line, Optional(28));
    EXPECT_EQ(report.location->function, "refcount_warn_saturate");
    EXPECT_EQ(report.task->comm, "a b");
    EXPECT_EQ(report.taint, "Not tainted");
    EXPECT_THAT(report.modules, IsEmpty());
}

TEST(ReportStructure, OfAWarningOfLinux7) {
    const auto report =
        parse_report("WARNING: fs/dcache.c:829 at fast_drop+0x334/0x430, CPU#1: syz/executor/5830\n"
                     "RIP: 0010:fast_drop+0x334/0x430\n");

    EXPECT_EQ(report.title, "WARNING in fast_drop");
    ASSERT_TRUE(report.location);
    EXPECT_EQ(report.location->file, "fs/dcache.c");
    EXPECT_EQ(report.location->function, "fast_drop");
    ASSERT_TRUE(report.task);
    EXPECT_EQ(report.task->comm, "syz/executor");
    EXPECT_THAT(report.task->pid, Optional(5830));
    EXPECT_THAT(report.task->cpu, Optional(1));
}

TEST(ReportStructure, OfAnArm64Oops) {
    const auto report = parse_report(
        "Unable to handle kernel NULL pointer dereference at virtual address 0000000000000010\n"
        "Internal error: Oops: 96000004 [#1] PREEMPT SMP\n"
        "CPU: 0 PID: 1 Comm: init Not tainted 6.12.0 #11\n"
        "pc : consume+0x18/0x2c [consumer]\n"
        "lr : caller+0x18/0x2c\n"
        "Call trace:\n"
        " consume+0x18/0x2c [consumer] (P)\n");

    EXPECT_EQ(report.title, "BUG: unable to handle kernel NULL pointer dereference in consume");
    EXPECT_THAT(report.access->address, Optional(0x10));
    EXPECT_EQ(report.location->module, "consumer");
    ASSERT_THAT(report.stacks, SizeIs(1));
    EXPECT_THAT(report.stacks[0].frames, SizeIs(1));
}

TEST(ReportStructure, MarksWhatAnInterruptInterrupted) {
    const auto report = parse_report(
        "WARNING: CPU: 0 PID: 0 at a.c:1 f+0x1/0x2\nCall Trace:\n <IRQ>\n f+0x1/0x2\n </IRQ>\n"
        " <TASK>\n idle+0x1/0x2\n");

    ASSERT_THAT(report.stacks, SizeIs(1));
    ASSERT_THAT(report.stacks[0].frames, SizeIs(2));
    EXPECT_FALSE(report.stacks[0].frames[0].interrupted);
    EXPECT_TRUE(report.stacks[0].frames[1].interrupted);
}

TEST(ReportStructure, SaysOnlyWhatTheTextSays) {
    const auto report = parse_report("BUG: KASAN: null-ptr-deref in f+0x1/0x2");

    EXPECT_EQ(report.title, "KASAN: null-ptr-deref in f");
    EXPECT_FALSE(report.access);
    EXPECT_FALSE(report.task);
    EXPECT_FALSE(report.object);
    EXPECT_THAT(report.stacks, IsEmpty());
    EXPECT_EQ(report.kernel, "");
}

TEST(ReportStructure, OfATextWithoutAKnownHeadlineIsItsFirstLine) {
    const auto report = parse_report("\n something 17 odd\nCall Trace:\n f+0x1/0x2\n");

    EXPECT_EQ(report.title, "something NUM odd");
    EXPECT_EQ(report.category, "");
    EXPECT_EQ(parse_report("").title, "");
}

TEST(ReportStructure, IsBounded) {
    std::string text = "BUG: x\nModules linked in:";
    for (int i = 0; i < 1000; ++i)
        text += " module" + std::to_string(i);
    for (int stack = 0; stack < 100; ++stack) {
        text += "\nfrom " + std::string(1000, 'x') + ":";
        for (int frame = 0; frame < 100; ++frame)
            text += "\n f" + std::to_string(frame) + "+0x1/0x2";
    }

    const auto report = parse_report(text);

    EXPECT_THAT(report.modules, SizeIs(most_modules));
    ASSERT_THAT(report.stacks, SizeIs(most_stacks));
    EXPECT_THAT(report.stacks[0].frames, SizeIs(most_frames));
    EXPECT_THAT(report.stacks[0].title, SizeIs(longest_part));
}

} // namespace
} // namespace error_report
