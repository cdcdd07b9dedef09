// SPDX-License-Identifier: MIT
#include "parse/parse.h"

#include <gmock/gmock.h>
#include <set>
#include <string>
#include <vector>

namespace error_report {
namespace {

using testing::MatchesRegex;
using testing::SizeIs;

struct Parts {
    std::string address = "ffff88823bc8cf68";
    std::string offset = "0x57/0x150";
    std::string task = "reader/42";
    std::string suffix;
    std::string left_over = " ? stale+0x1/0x2\n";
    std::string caller = "ksys_read";
    std::string function = "consume";
    std::string kernel = "6.12.0 #1";
};

std::string fingerprint(const Parts& parts) {
    const auto text = "BUG: KASAN: slab-use-after-free in " + parts.function + "+" + parts.offset +
                      "\nRead of size 8 at addr " + parts.address + " by task " + parts.task +
                      "\nCPU: 0 PID: 42 Comm: reader Not tainted " + parts.kernel +
                      "\nCall Trace:\n dump_stack_lvl+0x1/0x2\n kasan_report+0x1/0x2\n " +
                      parts.function + parts.suffix + "+" + parts.offset + "\n" + parts.left_over +
                      " device_read+0x5/0x6\n vfs_read+0x1/0x2\n " + parts.caller +
                      "+0x1/0x2\n do_syscall_64+0x1/0x2\n";
    return parse_report(text).fingerprint;
}

TEST(Fingerprint, CarriesTheVersionOfItsRecipe) {
    EXPECT_THAT(fingerprint({}), MatchesRegex("1:[0-9a-f]+"));
    EXPECT_THAT(fingerprint({}), SizeIs(18));
}

// Once published, a value must never change under the same version.
TEST(Fingerprint, IsThisOne) {
    EXPECT_EQ(fingerprint({}), "1:624c39614c96fffa");
}

struct Row {
    const char* name;
    Parts parts;
};

class SameFingerprint : public testing::TestWithParam<Row> {};

TEST_P(SameFingerprint, ForTheSameBug) {
    EXPECT_EQ(fingerprint(GetParam().parts), fingerprint({}));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, SameFingerprint,
    testing::Values(
        Row{"Address", {.address = "ffff9100000012a8"}}, Row{"Build", {.offset = "0x58/0x14c"}},
        Row{"Task", {.task = "other/4711"}}, Row{"Isra", {.suffix = ".isra.0"}},
        Row{"Constprop", {.suffix = ".constprop.0"}}, Row{"Cold", {.suffix = ".part.0.cold"}},
        Row{"Llvm", {.suffix = ".llvm.1234567"}}, Row{"LeftOver", {.left_over = ""}},
        Row{"OtherSystemCall", {.caller = "ksys_pread64"}}, Row{"Kernel", {.kernel = "6.1.9 #2"}}),
    [](const auto& row) { return row.param.name; });

TEST(Fingerprint, DiffersForAnotherBug) {
    EXPECT_NE(fingerprint({.function = "other"}), fingerprint({}));
}

TEST(Fingerprint, OfATitleWithoutAFunctionHasTheFirstOfTheStack) {
    const auto busy = [](const std::string& function) {
        return parse_report(
                   "BUG: Bad page map in process a\nCall Trace:\n dump_stack+0x1/0x2\n " +
                   function + "+0x1/0x2\n do_syscall_64+0x1/0x2\n")
            .fingerprint;
    };

    EXPECT_NE(busy("one"), busy("other"));
}

TEST(Fingerprint, OfAStallDoesNotSayWhereTheCpuWas) {
    const auto stall = [](const std::string& where) {
        return parse_report(
                   "watchdog: BUG: soft lockup - CPU#1 stuck for 22s! [a:1]\nRIP: 0010:" + where +
                   "+0x1/0x2\nCall Trace:\n loop+0x1/0x2\n"
                   " process_one_work+0x1/0x2\n")
            .fingerprint;
    };

    EXPECT_EQ(stall("somewhere"), stall("elsewhere"));
}

TEST(Fingerprint, IsOneOfManyForManyBugs) {
    std::set<std::string> seen;
    for (const std::string headline :
         {"BUG: KASAN: slab-use-after-free in ", "BUG: KFENCE: invalid free in ",
          "WARNING: CPU: 0 PID: 1 at a.c:1 ", "BUG: KMSAN: uninit-value in ",
          "BUG: KASAN: slab-out-of-bounds in "})
        for (const std::string function : {"one", "two", "three", "four", "five"})
            seen.insert(parse_report(
                            headline + function + "+0x1/0x2\nRIP: 0010:" + function +
                            "+0x1/0x2\nCall Trace:\n " + function + "+0x1/0x2\n")
                            .fingerprint);

    EXPECT_THAT(seen, SizeIs(25));
}

} // namespace
} // namespace error_report
