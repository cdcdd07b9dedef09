// SPDX-License-Identifier: MIT
// One error, as kernels of several versions and architectures report it: the same title, the same
// fingerprint and the same fields.
#include "parse/finder.h"
#include "parse/parse.h"
#include "parse/redact.h"

#include <gmock/gmock.h>
#include <string>
#include <vector>

namespace error_report {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Optional;
using testing::SizeIs;

// What stands around what is the kernel's own.
std::string x86(const std::string& headline, const std::string& release) {
    return headline +
           "Modules linked in: consumer(OE)\n"
           "CPU: 1 UID: 0 PID: 42 Comm: reader Tainted: G           OE      " +
           release +
           " #1 PREEMPT(lazy)\n"
           "Tainted: [O]=OOT_MODULE, [E]=UNSIGNED_MODULE\n"
           "Hardware name: QEMU Standard PC (i440FX + PIIX, 1996)\n"
           "RIP: 0010:consume+0x57/0x150 [consumer]\n"
           "Code: e8 31 c0 e8 ca 78 ef ff 48 8b 05 03 <0f> 0b\n"
           "RSP: 0018:ffffc900040af8e8 EFLAGS: 00010293\n"
           "RAX: ffffffff82400fe3 RBX: ffff888059c7a0b8 RCX: ffff888028138000\n"
           "Call Trace:\n"
           " <TASK>\n"
           " consumer_read+0x12/0x20 [consumer]\n"
           " vfs_read+0xba/0x3a0\n"
           " do_syscall_64+0x82/0x190\n"
           " entry_SYSCALL_64_after_hwframe+0x76/0x7e\n"
           " </TASK>\n";
}

std::string arm64(const std::string& headline, const std::string& release, bool flags) {
    return headline +
           "Modules linked in: consumer(OE)\n"
           "CPU: 1 UID: 0 PID: 42 Comm: reader Tainted: G           OE      " +
           release +
           " #1\n"
           "Tainted: [O]=OOT_MODULE, [E]=UNSIGNED_MODULE\n"
           "Hardware name: linux,dummy-virt (DT)\n"
           "pstate: 60400005 (nZCv daif +PAN -UAO -TCO -DIT -SSBS BTYPE=--)\n"
           "pc : consume+0x18/0x2c [consumer]\n"
           "lr : consumer_read+0x10/0x20 [consumer]\n"
           "sp : ffff800082b0bd40\n"
           "x29: ffff800082b0bd40 x28: ffff0000c2b40000 x27: 0000000000000000\n"
           "x8 : 0000000000000001 x7 : 0000000000000002 x6 : 00000000deadbeef\n"
           "Call trace:\n"
           " consume+0x18/0x2c [consumer]" +
           (flags ? " (P)" : "") +
           "\n"
           " consumer_read+0x10/0x20 [consumer]\n"
           " vfs_read+0xc8/0x300\n"
           " __arm64_sys_read+0x24/0x40\n"
           " invoke_syscall+0x50/0x120\n"
           " el0_svc+0x34/0xd0\n"
           " el0t_64_sync_handler+0x120/0x130\n"
           " el0t_64_sync+0x190/0x198\n"
           "Code: a9be7bfd 910003fd f9000bf3 aa0003f3 (d4210000)\n";
}

constexpr const char* linux612 = "6.12.30-amd64";
constexpr const char* linux73 = "7.3.4+deb13-amd64";
constexpr const char* arm612 = "6.12.30-arm64";
constexpr const char* arm73 = "7.3.4+deb13-arm64";

// The stack of what dump_stack() prints, by way of these.
std::string dumped(const std::string& headline, const std::string& way, const std::string& entry) {
    return headline +
           "CPU: 1 UID: 0 PID: 42 Comm: reader Not tainted 6.12.30 #1\n"
           "Call " +
           entry + ":\n" + way +
           " consume+0x57/0x150 [consumer]\n"
           " consumer_read+0x12/0x20 [consumer]\n"
           " do_syscall_64+0x82/0x190\n";
}

constexpr const char* x86_way = " <TASK>\n dump_stack_lvl+0x5d/0x80\n";
constexpr const char* arm_way = " dump_backtrace+0xa0/0x128\n show_stack+0x20/0x38\n"
                                " dump_stack_lvl+0x78/0xc8\n";
constexpr const char* arm_flags_way = " show_stack+0x20/0x38 (C)\n dump_stack_lvl+0x78/0xc8\n";
constexpr const char* tag_fault_way = " print_report+0xcc/0x5e8\n kasan_report+0x8c/0xd0\n"
                                      " __do_kernel_fault+0x17c/0x238\n do_bad_area+0x40/0x100\n"
                                      " do_tag_check_fault+0x24/0x40\n do_mem_abort+0x4c/0xb0\n"
                                      " el1_abort+0x44/0x78\n el1h_64_sync_handler+0xe0/0x130\n"
                                      " el1h_64_sync+0x6c/0x70\n";

struct Error {
    const char* name;
    const char* title;
    std::vector<std::string> texts;
};

std::vector<Error> errors() {
    const auto kasan = [](const std::string& function, const std::string& access) {
        return "BUG: KASAN: slab-use-after-free in " + function + access;
    };
    const std::string sized = "Write of size 8 at addr ffff88823bc8cf68 by task reader/42\n\n";
    const std::string tagged =
        "Write at addr f5ff000003c2f000 by task reader/42\nPointer tag: [f5], memory tag: [fe]\n\n";
    const std::string ubsan = "UBSAN: array-index-out-of-bounds in drivers/a/consumer.c:12:3\n"
                              "index 8 is out of range for type 'int [8]'\n";
    const std::string handler = " ubsan_epilogue+0x5/0x2b\n __ubsan_handle_out_of_bounds+0x8/0x9\n";
    return {
        {"Warning",
         "WARNING in consume",
         {x86("WARNING: CPU: 1 PID: 42 at drivers/a/consumer.c:12 consume+0x57/0x150 [consumer]\n",
              linux612),
          x86("WARNING: drivers/a/consumer.c:12 at consume+0x57/0x150 [consumer], CPU#1: "
              "reader/42\n",
              linux73),
          x86("WARNING: [left > right[1] at 1] drivers/a/consumer.c:12 at consume+0x57/0x150 "
              "[consumer], CPU#1: reader/42\n",
              linux73),
          arm64(
              "WARNING: CPU: 1 PID: 42 at drivers/a/consumer.c:12 consume+0x18/0x2c [consumer]\n",
              arm612, false),
          arm64(
              "WARNING: drivers/a/consumer.c:12 at consume+0x18/0x2c [consumer], CPU#1: "
              "reader/42\n",
              arm73, true)}},
        {"WarningOfNoFile",
         "WARNING in consume",
         {x86("WARNING: CPU: 1 PID: 42 at consume+0x57/0x150 [consumer]\n", linux612),
          x86("WARNING: at consume+0x57/0x150 [consumer], CPU#1: reader/42\n", linux73),
          arm64("WARNING: at consume+0x18/0x2c [consumer], CPU#1: reader/42\n", arm73, true)}},
        {"Bug",
         "kernel BUG in consume",
         {x86("kernel BUG at drivers/a/consumer.c:12!\n"
              "Oops: invalid opcode: 0000 [#1] PREEMPT SMP NOPTI\n",
              linux612),
          arm64(
              "kernel BUG at drivers/a/consumer.c:12!\n"
              "Internal error: Oops - BUG: 00000000f2000800 [#1] PREEMPT SMP\n",
              arm612, false),
          arm64(
              "kernel BUG at drivers/a/consumer.c:12!\n"
              "Internal error: Oops - BUG: 00000000f2000800 [#1]  SMP\n",
              arm73, true)}},
        {"NullPointer",
         "BUG: unable to handle kernel NULL pointer dereference in consume",
         {x86("BUG: kernel NULL pointer dereference, address: 0000000000000010\n"
              "#PF: supervisor write access in kernel mode\n"
              "#PF: error_code(0x0002) - not-present page\n"
              "PGD 0 P4D 0\n"
              "Oops: Oops: 0002 [#1] PREEMPT SMP NOPTI\n",
              linux612),
          arm64(
              "Unable to handle kernel NULL pointer dereference at virtual address "
              "0000000000000010\n"
              "Mem abort info:\n"
              "  ESR = 0x0000000096000044\n"
              "  EC = 0x25: DABT (current EL), IL = 32 bits\n"
              "  FSC = 0x04: level 0 translation fault\n"
              "Data abort info:\n"
              "  ISV = 0, ISS = 0x00000044, ISS2 = 0x00000000\n"
              "  CM = 0, WnR = 1, TnD = 0, TagAccess = 0\n"
              "[0000000000000010] user address but active_mm is swapper\n"
              "Internal error: Oops: 0000000096000044 [#1] PREEMPT SMP\n",
              arm612, false)}},
        {"Kasan",
         "KASAN: slab-use-after-free Write in consume",
         {dumped(kasan("consume+0x57/0x150 [consumer]\n", sized), x86_way, "Trace"),
          dumped(kasan("consume+0x18/0x2c [consumer]\n", sized), arm_way, "trace"),
          dumped(
              kasan("consume+0x18/0x2c [consumer]\n", tagged),
              std::string(arm_flags_way) + tag_fault_way, "trace"),
          dumped(
              kasan("__pi_memcpy_generic+0x18/0x2c\n", tagged),
              std::string(arm_way) + tag_fault_way + " __pi_memcpy_generic+0x18/0x2c\n", "trace")}},
        {"Ubsan",
         "UBSAN: array-index-out-of-bounds in consume",
         {dumped(ubsan, std::string(x86_way) + handler, "Trace"),
          dumped(ubsan, std::string(arm_way) + " dump_stack+0x18/0x28\n" + handler, "trace"),
          dumped(
              ubsan, std::string(arm_flags_way) + " dump_stack+0x18/0x28\n" + handler, "trace")}},
    };
}

class OneError : public testing::TestWithParam<Error> {};

TEST_P(OneError, HasOneTitleAndFingerprintOnEveryKernel) {
    const auto expected = parse_report(GetParam().texts.front()).fingerprint;
    for (const auto& text : GetParam().texts) {
        const auto report = parse_report(text);

        EXPECT_EQ(report.title, GetParam().title) << text;
        EXPECT_EQ(report.fingerprint, expected) << text;
    }
}

TEST_P(OneError, HasTheSameFieldsOnEveryKernel) {
    for (const auto& text : GetParam().texts) {
        const auto report = parse_report(text);

        EXPECT_EQ(report.function, "consume") << text;
        ASSERT_TRUE(report.task) << text;
        EXPECT_EQ(report.task->comm, "reader") << text;
        EXPECT_THAT(report.task->pid, Optional(42)) << text;
        EXPECT_THAT(report.task->cpu, Optional(1)) << text;
        ASSERT_THAT(report.stacks, SizeIs(1)) << text;
        EXPECT_EQ(report.stacks[0].kind, StackKind::faulting) << text;
        ASSERT_TRUE(report.location) << text;
    }
}

TEST_P(OneError, IsRedactedOnEveryKernel) {
    for (const auto& text : GetParam().texts) {
        const auto after = redact_text(text);

        EXPECT_EQ(parse_report(after).title, GetParam().title) << after;
        EXPECT_EQ(parse_report(after).fingerprint, parse_report(text).fingerprint) << after;
        for (const auto* part :
             {"reader", "QEMU", "dummy-virt", "ffff8", "f5ff0", "deadbeef", "nZCv", "d4210000"})
            EXPECT_THAT(after, Not(HasSubstr(part)));
    }
}

TEST_P(OneError, IsFoundInALogOnEveryKernel) {
    for (const auto& text : GetParam().texts) {
        std::vector<FoundReport> found;
        ReportFinder finder([&](const FoundReport& report) { found.push_back(report); });
        auto rest = std::string_view(text);
        while (!rest.empty()) {
            const auto end = rest.find('\n');
            finder.line("[    1.000000] " + std::string(rest.substr(0, end)));
            rest.remove_prefix(end + 1);
        }
        finder.line("[    1.000000] ---[ end trace 0000000000000000 ]---");
        finder.finish();

        ASSERT_THAT(found, SizeIs(1)) << text;
        EXPECT_EQ(found[0].text + '\n', text);
        EXPECT_EQ(parse_report(found[0]).title, GetParam().title);
    }
}

INSTANTIATE_TEST_SUITE_P(Errors, OneError, testing::ValuesIn(errors()), [](const auto& row) {
    return row.param.name;
});

TEST(Warning, SaysWhereItIsOnEveryKernel) {
    const auto warning = errors().front();
    for (const auto& text : warning.texts) {
        const auto report = parse_report(text);

        EXPECT_EQ(report.location->file, "drivers/a/consumer.c") << text;
        EXPECT_THAT(report.location->line, Optional(12)) << text;
        EXPECT_EQ(report.location->module, "consumer") << text;
        EXPECT_EQ(report.taint, "G           OE");
    }
}

TEST(Warning, OfLinux7HasTheKernelAndTheMessageBeforeItsHeadline) {
    const auto report = parse_report(
        "refcount_t: underflow; use-after-free.\n" +
        x86("WARNING: lib/refcount.c:28 at refcount_warn_saturate+0xba/0x110, CPU#1: reader/42\n",
            linux73));

    EXPECT_EQ(report.title, "WARNING: refcount bug in consume");
    EXPECT_EQ(report.message, "refcount_t: underflow; use-after-free.");
    EXPECT_EQ(report.location->file, "lib/refcount.c");
    EXPECT_EQ(report.kernel, linux73);
    EXPECT_EQ(report.build, "#1");
}

// With more arguments than registers, and before the kernel patches its own code.
TEST(Warning, OfLinux7ThatTrapsInAFunctionOfItsOwnIsItsCallers) {
    const auto report = parse_report("WARNING: a.c:1 at consume+0x1/0x2, CPU#0: a/1\n"
                                     "RIP: 0010:__WARN_trap+0x0/0x20\n"
                                     "Call Trace:\n <TASK>\n consume+0x1/0x2\n f+0x1/0x2\n");

    EXPECT_EQ(report.title, "WARNING in consume");
}

TEST(Warning, ThatPanicsOnArm64IsWhatItWas) {
    const auto report = parse_report(dumped(
        "Kernel panic - not syncing: kernel: panic_on_warn set ...\n",
        std::string(arm_way) + " panic+0x1/0x2\n check_panic_on_warn+0x1/0x2\n"
                               " __warn+0x1/0x2\n report_bug+0x1/0x2\n"
                               " bug_handler+0x1/0x2\n call_break_hook+0x1/0x2\n"
                               " brk_handler+0x1/0x2\n do_debug_exception+0x1/0x2\n"
                               " el1_dbg+0x1/0x2\n el1h_64_sync_handler+0x1/0x2\n"
                               " el1h_64_sync+0x1/0x2\n",
        "trace"));
    const auto newer = parse_report(dumped(
        "Kernel panic - not syncing: kernel: panic_on_warn set ...\n",
        std::string(arm_flags_way) + " panic+0x1/0x2\n __warn+0x1/0x2\n"
                                     " __report_bug+0x1/0x2\n report_bug+0x1/0x2\n"
                                     " bug_brk_handler+0x1/0x2\n"
                                     " call_el1_break_hook+0x1/0x2\n do_el1_brk64+0x1/0x2\n"
                                     " el1_brk64+0x1/0x2\n el1h_64_sync_handler+0x1/0x2\n"
                                     " el1h_64_sync+0x1/0x2\n",
        "trace"));
    const auto other =
        parse_report("Kernel panic - not syncing: kernel: panic_on_warn set ...\nCall trace:\n"
                     " other+0x1/0x2\n");

    EXPECT_EQ(newer.fingerprint, report.fingerprint);
    EXPECT_NE(newer.fingerprint, other.fingerprint);
}

TEST(Oops, OfArm64SaysWhatWasAccessed) {
    const auto text = arm64(
        "Unable to handle kernel paging request at virtual address dead000000000100\n"
        "  CM = 0, WnR = 0, TnD = 0, TagAccess = 0\n"
        "Internal error: Oops: 0000000096000004 [#1] PREEMPT SMP\n",
        arm612, false);
    const auto report = parse_report(text);

    EXPECT_EQ(report.title, "BUG: unable to handle kernel paging request in consume");
    ASSERT_TRUE(report.access);
    EXPECT_EQ(report.access->kind, "read");
    EXPECT_THAT(report.access->address, Optional(0xdead000000000100));
    EXPECT_EQ(report.hardware, "linux,dummy-virt (DT)");
    EXPECT_EQ(report.kernel, arm612);
    EXPECT_THAT(report.stacks[0].frames, SizeIs(8));
}

TEST(Oops, OfArm64HasNoAccessWhereItSaysNone) {
    const auto report = parse_report(
        "Unable to handle kernel execution of user memory at virtual address 0000aaaae0a00000\n"
        "  CM = 1\nCall trace:\n f+0x1/0x2\n");

    EXPECT_EQ(report.access->kind, "");
}

TEST(Kasan, ByTagsSaysThem) {
    const auto report = parse_report(
        dumped(
            "BUG: KASAN: slab-use-after-free in consume+0x18/0x2c [consumer]\n"
            "Read at addr f5ff000003c2f000 by task reader/42\n"
            "Pointer tag: [f5], memory tag: [fe]\n",
            tag_fault_way, "trace") +
        "\nFreed by task 41:\n consumer_close+0x1/0x2\n"
        "\nThe buggy address belongs to the object at ffff000003c2f000\n"
        " which belongs to the cache kmalloc-128 of size 128\n");

    ASSERT_TRUE(report.access);
    EXPECT_EQ(report.access->kind, "read");
    EXPECT_EQ(report.access->size, std::nullopt);
    EXPECT_THAT(report.access->address, Optional(0xf5ff000003c2f000));
    EXPECT_EQ(report.access->pointer_tag, "f5");
    EXPECT_EQ(report.access->memory_tag, "fe");
    EXPECT_EQ(report.object->cache, "kmalloc-128");
    EXPECT_THAT(report.stacks, SizeIs(2));
}

TEST(Kasan, HasNoTagsThatAreNone) {
    for (const std::string line :
         {"Pointer tag: f5, memory tag: fe", "Pointer tag: [f5f], memory tag: [fe]",
          "Pointer tag: [F5], memory tag: [fe]", "Pointer tag: [f5, memory tag: [fe]"}) {
        const auto report = parse_report("BUG: KASAN: invalid-access in f+0x1/0x2\n" + line);

        ASSERT_TRUE(report.access) << line;
        EXPECT_EQ(report.access->pointer_tag, "") << line;
        EXPECT_EQ(report.access->memory_tag, "") << line;
    }
}

// The processor says of such a fault only that there was one, when somebody looks.
std::string asynchronous(const std::string& looks) {
    return dumped(
        "BUG: KASAN: invalid-access\nAsynchronous fault: no details available\n\n",
        arm_flags_way + (" kasan_report_async+0x48/0x80\n" + looks), "trace");
}

TEST(Kasan, OfAnAsynchronousFaultSaysNoFunctionAndNoAccess) {
    const auto report = parse_report(asynchronous(" mte_check_tfsr_el1+0x3c/0x50\n"));

    EXPECT_EQ(report.title, "KASAN: invalid-access");
    EXPECT_EQ(report.type, "invalid-access");
    EXPECT_EQ(report.function, "");
    EXPECT_FALSE(report.access);
    EXPECT_FALSE(report.location);
    EXPECT_THAT(report.message, IsEmpty());
    ASSERT_THAT(report.stacks, SizeIs(1));
    EXPECT_THAT(report.stacks[0].frames, SizeIs(7));
}

TEST(Kasan, OfAnAsynchronousFaultHasOneFingerprintWhereverItIsSeen) {
    const auto seen = parse_report(asynchronous(" mte_check_tfsr_el1+0x3c/0x50\n")).fingerprint;
    for (const std::string looks :
         {" mte_check_tfsr_el1+0x3c/0x50\n exit_to_kernel_mode+0x28/0x40\n",
          " mte_check_tfsr_el1+0x3c/0x50\n el0_svc+0x44/0xd0\n",
          " mte_check_tfsr_el1+0x3c/0x50\n elsewhere+0x44/0xd0\n",
          " mte_thread_switch+0x5c/0x80\n __switch_to+0xa0/0x128\n __schedule+0x1/0x2\n"})
        EXPECT_EQ(parse_report(asynchronous(looks)).fingerprint, seen) << looks;
}

std::vector<bool> interrupted(const std::string& frames) {
    std::vector<bool> result;
    const auto report = parse_report("BUG: x\nCall trace:\n" + frames);
    for (const auto& frame : report.stacks.at(0).frames)
        result.push_back(frame.interrupted);
    return result;
}

TEST(Stack, OfArm64TellsWhatAnInterruptInterrupted) {
    EXPECT_THAT(
        interrupted(" timer+0x1/0x2\n el1_interrupt+0x1/0x2\n el1h_64_irq_handler+0x1/0x2\n"
                    " el1h_64_irq+0x1/0x2\n idle+0x1/0x2 (P)\n do_idle+0x1/0x2\n"),
        ElementsAre(false, false, false, false, true, true));
    EXPECT_THAT(
        interrupted(" kasan_report+0x1/0x2\n el1h_64_sync+0x1/0x2\n f+0x1/0x2 (P)\n"),
        ElementsAre(false, false, false));
}

} // namespace
} // namespace error_report
