// SPDX-License-Identifier: MIT
#include "parse/redact.h"

#include "parse/parse.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <string>

namespace error_report {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kasan =
    "BUG: KASAN: slab-use-after-free in consumer_release+0x57/0x150 [consumer]\n"
    "Read of size 8 at addr ffff88823bc8cf68 by task secret app/9991\n"
    "\n"
    "CPU: 1 UID: 0 PID: 9991 Comm: secret app Tainted: G    B   W          6.12.0-rc1+ #7\n"
    "Hardware name: Secret Phone 12/Board, BIOS 1\n"
    "RIP: 0010:[<ffffffff81234567>]  [<ffffffff81234567>] consumer_release+0x57/0x150\n"
    "Code: e8 31 c0 e8 ca 78 ef ff 48 8b 05 03 <0f> b6\n"
    "RSP: 0018:ffffc900040af8e8 EFLAGS: 00010293\n"
    "RAX: ffffffff82400fe3 RBX: ffff888059c7a0b8 RCX: ffff888028138000\n"
    "x29: ffff0000401f7c40 x28: 0000000000000007\n"
    "Call Trace:\n"
    " [<ffffffff81234567>] ? dump_stack+0x241/0x360\n"
    " consumer_release+0x57/0x150 [consumer 0123456789abcdef0123456789abcdef]\n"
    " 0xffffffffc0123456\n"
    "\n"
    "Freed by task 9998:\n"
    " consumer_close+0x13b/0x190 [consumer]\n"
    "\n"
    "The buggy address belongs to the object at ffff88823bc8cf00\n"
    " which belongs to the cache kmalloc-192 of size 192\n"
    "Memory state around the buggy address:\n"
    ">ffff88823bc8cf00: fa fb fb fb fb fb fb fb fb fb fb fb fb fb fb fb\n"
    "secret app/9991 is trying to acquire lock:\n";

// The longest run of hexadecimal digits, wherever it stands.
std::size_t longest_hex(const std::string& text) {
    std::size_t longest = 0;
    std::size_t run = 0;
    for (const char c : text) {
        run = std::isxdigit(static_cast<unsigned char>(c)) != 0 ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    return longest;
}

TEST(Redact, LeavesNo64BitNumber) {
    EXPECT_LT(longest_hex(redact_text(kasan)), 16U);
    EXPECT_LT(
        longest_hex(redact_text("x_ffff888012345678_y 0123456789abcdefABCDEF zdeadbeefdeadbeef")),
        16U);
    EXPECT_LT(longest_hex(redact_text("RDI: Ffff8880062b0c28 0123abc[<0123>]4567abcdef")), 16U);
}

TEST(Redact, LeavesNoTaskNameAndNoHardware) {
    EXPECT_THAT(redact_text(kasan), Not(HasSubstr("secret")));
    EXPECT_THAT(redact_text(kasan), Not(HasSubstr("Secret")));
}

TEST(Redact, LeavesNoRegistersAndNoRawMemory) {
    const auto text = redact_text(kasan);

    for (const std::string part : {"8b 05", "fb fb", "x29", "RBX", "00010293"})
        EXPECT_THAT(text, Not(HasSubstr(part)));
}

TEST(Redact, KeepsFunctionsStructureTitleAndFingerprint) {
    const auto before = parse_report(kasan);
    const auto after = parse_report(redact_text(kasan));

    EXPECT_EQ(after.title, before.title);
    EXPECT_EQ(after.fingerprint, before.fingerprint);
    ASSERT_EQ(after.stacks.size(), before.stacks.size());
    EXPECT_EQ(after.access->size, before.access->size);
    EXPECT_EQ(after.kernel, before.kernel);
    EXPECT_EQ(after.object->cache, "kmalloc-192");
}

TEST(Redact, KeepsTheFramesOfOtherArchitectures) {
    EXPECT_EQ(
        redact_text(
            "[c000000001bb3530] [c000000001bb35a0] f+0x308828/0x345288 (unreliable)\n"
            "[<802b3460>] (f) from [<802b3668>] (g+0x34/0x3c)\n"
            " ffff8801d100fea8 0000000000000000 dffffc0000000000 dffffc0000000000Call Trace:"),
        "f+0x308828/0x345288 (unreliable)\n(f) from (g+0x34/0x3c)\n ADDR ADDR ADDR ADDRCall "
        "Trace:");
}

// Its headline has the words of a task that has no memory.
TEST(Redact, KeepsATitleThatLooksLikeATasksTrouble) {
    const std::string text =
        "BUG: KASAN: vmalloc-out-of-bounds in f+0x1/0x2\nCall Trace:\n f+0x1/0x2";

    EXPECT_EQ(redact_text(text), text);
}

TEST(Redact, TakesShortNumbersOutWhereOnlyAnAddressStands) {
    EXPECT_EQ(
        redact_text("Unable to handle kernel access at virtual address 0x10\n 0x202\n f+0x1/0x2"),
        "Unable to handle kernel access at virtual address ADDR\n ADDR\n f+0x1/0x2");
}

TEST(Redact, KeepsAHeadlinesOwnWords) {
    EXPECT_THAT(
        redact_text("rcu: INFO: rcu_sched self-detected stall on CPU\n"
                    "task:rcu_sched       state:R stack:0 pid:12\n"),
        testing::StartsWith("rcu: INFO: rcu_sched self-detected stall on CPU\ntask:[redacted]"));
}

TEST(Redact, ReportsStructureHoldsNothingEither) {
    const auto report = parse_report(redact_text(kasan));

    EXPECT_FALSE(report.access->address);
    EXPECT_FALSE(report.object->start);
    EXPECT_EQ(report.hardware, redacted);
    EXPECT_EQ(report.task->comm, redacted);
    EXPECT_EQ(report.task->pid, 9991);
}

TEST(Redact, LeavesNothingOfAnObjectThatSlubShows) {
    for (const std::string part : {"Object   ", "Redzone  ", "Padding  ", "Bytes b4 "})
        EXPECT_EQ(
            redact_text(part + "ffff888012345678: 70 61 73 73 77 6f 72 64  password"), redacted);
}

struct Row {
    const char* name;
    const char* line;
};

class RedactName : public testing::TestWithParam<Row> {};

TEST_P(RedactName, IsTakenOut) {
    const auto text = std::string("WARNING: x\n") + GetParam().line + "\nanother line of a b/1\n";

    EXPECT_THAT(redact_text(text), Not(HasSubstr("a b")));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, RedactName,
    testing::Values(
        Row{"Comm", "CPU: 1 PID: 9 Comm: a b Not tainted 6.1.0 #1"},
        Row{"CommTainted", "CPU: 1 PID: 9 Comm: a b Tainted: G 6.1.0 #1"},
        Row{"Linux7", "WARNING: a.c:1 at f+0x1/0x2, CPU#1: a b/9"},
        Row{"Kasan", "Write of size 8 at addr ffff888012345678 by task a b/9"},
        Row{"Kmemleak", "  comm \"a b\", pid 9, jiffies 4294941388"},
        Row{"Hung", "INFO: task a b:9 blocked for more than 120 seconds."},
        Row{"Shown", "task:a b           state:D stack:0     pid:9"},
        Row{"SoftLockup", "watchdog: BUG: soft lockup - CPU#1 stuck for 134s! [a b:9]"},
        Row{"Lockdep", "a b/9 is trying to acquire lock:"},
        Row{"LockdepIrq", "a b/9 [HC0[0]:SC0[0]:HE0:SE1] is trying to acquire:"},
        Row{"Held", "2 locks held by a b/9:"},
        Row{"Freeing", "a b/9 is freeing memory 1-2, with a lock still held there!"},
        Row{"Returning", "a b/9 is leaving the kernel with locks still held!"},
        Row{"Leaked", "BUG: workqueue leaked atomic, lock or RCU: a b[9]"},
        Row{"Spinlock", "BUG: spinlock bad magic on CPU#1, a b/9"},
        Row{"Unwinder",
            "WARNING: kernel stack regs at 00000000d7a2b4b7 in a b:9 has bad 'bp' value"},
        Row{"Atomic", "BUG: scheduling while atomic: a b/9/0x00000002"},
        Row{"Preemptible", "BUG: using smp_processor_id() in preemptible [00000000] code: a b/9"},
        Row{"Page", "BUG: Bad page state in process a b  pfn:7071f"},
        Row{"Allocation", "a b: page allocation failure: order:0, mode:0x40a20"},
        Row{"Vmalloc", "a b: vmalloc error: size 4096, failed to allocate pages"},
        Row{"Arm", "Process a b (pid: 9, stack limit = 0xba29d0cb)"},
        Row{"Kdump", "CPU: 1 PID: 9 Comm: a b Kdump: loaded Not tainted 6.1.0 #1"},
        Row{"RssCounter", "BUG: Bad rss-counter state mm:1 type:X val:1 Comm:a b Pid:9"},
        Row{"Linux3", "Pid: 9, comm: a b Not tainted 3.2.0 #1"},
        Row{"InAtomic", "in_atomic(): 1, irqs_disabled(): 0, pid: 9, name: a b"},
        Row{"Owner", "INFO: task x:1 is blocked on a mutex likely owned by task a b:9."},
        Row{"TaskDump", "a b             R  running task    0  9  1 0x00000000"},
        Row{"LockState", "a b/9 [HC0[0]:SC1[1]:HE1:SE0] takes:"},
        Row{"Audit", "audit: type=1326 pid=9 comm=\"a b\" exe=\"/usr/bin/a\""},
        Row{"Dentry", "BUG: Dentry ADDR{i=1,n=a b}  still in use (1) [unmount of ext4 sda]"},
        Row{"StillHeld", "[ BUG: a b/9 still has locks held! ]"}),
    [](const auto& row) { return row.param.name; });

TEST(RedactName, OfATaskThatIsCalledAsAFunctionLeavesTheFunction) {
    const auto text = redact_text(
        "WARNING: x\nCPU: 1 PID: 9 Comm: mount Not tainted 6.1.0 #1\n mount+0x1/0x2\nby mount\n");

    EXPECT_THAT(text, HasSubstr(" mount+0x1/0x2\n"));
    EXPECT_THAT(text, HasSubstr("by [redacted]\n"));
}

TEST(RedactReport, HidesWhatStandsBesideTheText) {
    Report report;
    report.text = "WARNING: x";
    report.comm = "secret";
    report.id = 0xffff888012345678;

    redact(report);

    EXPECT_EQ(report.comm, redacted);
    EXPECT_FALSE(report.id);
    EXPECT_EQ(report.text, "WARNING: x");
}

// The finder did not take the first line that may be a headline: its report had begun already.
TEST(Redact, KeepsWhichLineIsTheHeadline) {
    std::vector<FoundReport> found;
    ReportFinder finder([&](const FoundReport& report) { found.push_back(report); });
    for (const auto* line :
         {"------------[ cut here ]------------",
          "WARNING: CPU: 0 PID: 133 at drivers/misc/lkdtm/bugs.c:112 lkdtm_WARNING+0xa/0x10",
          "------------[ cut here ]------------", "invalid opcode: 0000 [#1] PREEMPT SMP NOPTI",
          "kernel BUG at mm/slub.c:237!", "Call Trace:", " kfree+0x4b/0x53"})
        finder.line(line);
    finder.finish();
    ASSERT_EQ(found.size(), 2U);
    const auto before = parse_report(found[1]);
    redact(found[1]);
    const auto after = parse_report(found[1]);
    EXPECT_EQ(after.title, before.title);
    EXPECT_EQ(after.fingerprint, before.fingerprint);
}

} // namespace
} // namespace error_report
