// SPDX-License-Identifier: MIT
#include "parse/frame.h"

#include <gmock/gmock.h>
#include <string>

namespace error_report {
namespace {

using testing::Optional;

struct Row {
    const char* name;
    const char* line;
    const char* function;
    std::uint64_t offset = 0x1a;
    bool inexact = false;
};

class ParseFrame : public testing::TestWithParam<Row> {};

TEST_P(ParseFrame, ReadsTheLine) {
    const auto line = parse_frame(GetParam().line);

    ASSERT_TRUE(line);
    EXPECT_EQ(line->frame.at.function, GetParam().function);
    EXPECT_THAT(line->frame.at.offset, Optional(GetParam().offset));
    EXPECT_THAT(line->frame.at.size, Optional(0x2b));
    EXPECT_EQ(line->frame.inexact, GetParam().inexact);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, ParseFrame,
    testing::Values(
        Row{"X86", " do_exit+0x1a/0x2b", "do_exit"},
        Row{"Inexact", " ? do_exit+0x1a/0x2b", "do_exit", 0x1a, true},
        Row{"Old", " [<ffffffff81234567>] do_exit+0x1a/0x2b", "do_exit"},
        Row{"OldInexact", " [<ffffffff81234567>] ? do_exit+0x1a/0x2b", "do_exit", 0x1a, true},
        Row{"Interrupt", " <IRQ>  [<ffffffff81234567>] do_exit+0x1a/0x2b", "do_exit"},
        Row{"StampInTheMiddle", " <IRQ> [  420.408595]  [<ffffffff81>] do_exit+0x1a/0x2b",
            "do_exit"},
        Row{"Powerpc", "[c0000000] [c0001111] do_exit+0x1a/0x2b (unreliable)", "do_exit", 0x1a,
            true},
        Row{"Arm64", " do_exit+0x1a/0x2b (P)", "do_exit"},
        Row{"Arm64Caller", " do_exit+0x1a/0x2b (C)", "do_exit"},
        Row{"Arm64Traced", " do_exit+0x1a/0x2b (FK)", "do_exit"},
        Row{"Arm64Module", " do_exit+0x1a/0x2b [ext4] (PC)", "do_exit"},
        Row{"S390", " ([<0000000000112233>] do_exit+0x1a/0x2b)", "do_exit"},
        Row{"Suffix", " do_exit.isra.0+0x1a/0x2b", "do_exit.isra.0"},
        Row{"Rust", " _RNvMs3_NtCshgDM7dBCdno_11rust_binder+0x1a/0x2b",
            "_RNvMs3_NtCshgDM7dBCdno_11rust_binder"}),
    [](const auto& row) { return row.param.name; });

TEST(ParseFrameDetails, AreModuleAndBuildId) {
    const auto line = parse_frame(" f+0x1/0x2 [ext4 0123456789abcdef]");

    ASSERT_TRUE(line);
    EXPECT_EQ(line->frame.at.module, "ext4");
    EXPECT_EQ(line->frame.at.build_id, "0123456789abcdef");
}

TEST(ParseFrameDetails, AreFileAndLineOfASymbolizer) {
    const auto line = parse_frame(" f+0x1/0x2 mm/slub.c:1234 [inline]");

    ASSERT_TRUE(line);
    EXPECT_EQ(line->frame.at.file, "mm/slub.c");
    EXPECT_THAT(line->frame.at.line, Optional(1234));
    EXPECT_TRUE(line->frame.inlined);
}

TEST(ParseFrameDetails, AreOfAnInlinedFunctionWithoutOffset) {
    const auto line = parse_frame("    kmalloc include/linux/slab.h:578 [inline]");

    ASSERT_TRUE(line);
    EXPECT_EQ(line->frame.at.function, "kmalloc");
    EXPECT_FALSE(line->frame.at.offset);
    EXPECT_TRUE(line->frame.inlined);
}

TEST(ParseFrameArm, NamesTheCallerToo) {
    const auto line = parse_frame("[<802b3460>] (callee) from [<802b3668>] (caller+0x34/0x3c)");

    ASSERT_TRUE(line);
    EXPECT_EQ(line->frame.at.function, "callee");
    ASSERT_TRUE(line->caller);
    EXPECT_EQ(line->caller->at.function, "caller");
}

TEST(ParseFrameAddress, StandsForAFunctionThatHasNoName) {
    const auto line = parse_frame(" 0xffffffffc0123456");

    ASSERT_TRUE(line);
    EXPECT_EQ(line->frame.at.function, "");
    EXPECT_THAT(line->frame.address, Optional(0xffffffffc0123456));
}

TEST(ParseFrameNone, IsAnyOtherLine) {
    for (const std::string line :
         {"", " ", "Call Trace:", " <TASK>", "RIP: 0010:f+0x1/0x2", "f+0x1", "f+0x/0x2",
          "f+0x1/0xfffffffffffffffff", "RAX: 0000000000000000 RBX: 1", "? ", "[<>] f", "0x",
          " (f) from g", "fea0: 9eaea800 9f6a3800"})
        EXPECT_FALSE(parse_frame(line)) << line;
}

TEST(ParseFrameInterrupt, IsLeftBehindItsLastFrame) {
    EXPECT_TRUE(leaves_interrupt(" </IRQ>"));
    EXPECT_FALSE(leaves_interrupt(" <IRQ>"));
    EXPECT_FALSE(leaves_interrupt(" </TASK>"));
    EXPECT_TRUE(parse_frame(" <EOI> f+0x1/0x2")->leaves);
}

TEST(CleanFunction, HasNothingOfTheCompiler) {
    for (const std::string name :
         {"f.constprop.0", "f.isra.0", "f.part.12", "f.cold", "f.isra.56.cold.74", "f.llvm.123",
          "__pfx_f", "__cfi_f", "f"})
        EXPECT_EQ(clean_function(name), "f") << name;
    EXPECT_EQ(clean_function("regoff.33580"), "regoff.33580");
}

} // namespace
} // namespace error_report
