// SPDX-License-Identifier: MIT
#include "parse/title.h"

#include "parse/pattern.h"
#include "parse/rust_symbol.h"

#include <gmock/gmock.h>
#include <string>

namespace error_report {
namespace {

using testing::ElementsAre;
using testing::Optional;

struct Row {
    const char* name;
    std::string text;
    std::string title;
};

class NormalizeTitle : public testing::TestWithParam<Row> {};

TEST_P(NormalizeTitle, LeavesWhatIsTheSameEachTime) {
    EXPECT_EQ(normalize_title(GetParam().text), GetParam().title);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, NormalizeTitle,
    testing::Values(
        Row{"Number", "unknown-block(0,10)", "unknown-block(NUM,NUM)"},
        Row{"NumberOfAName", "nl802154_add in cfg80211", "nl802154_add in cfg80211"},
        Row{"LongNumber", "testdir264563108", "testdirNUM"},
        Row{"Address", "at addr ffff888012345678", "at addr ADDR"},
        Row{"PrefixedAddress", "at 0xffff888012345678:", "at ADDR:"},
        Row{"WordOfHexadecimalDigits", "in decade_facade", "in decade_facade"},
        Row{"ShortHexadecimalNumber", "in added 12ab", "in added 12ab"},
        Row{"IpAddress", "peer 192.0.2.1 left", "peer IP left"},
        Row{"LineNumber", "at mm/slub.c:123:45 x", "at mm/slub.c:LINE x"},
        Row{"Offset", "in f+0x1a/0x2b [ext4]", "in f [ext4]"},
        Row{"CompilerSuffix", "in f.isra.0.cold / g.constprop.12", "in f / g"},
        Row{"NoCompilerSuffix", "in a.part of .cold", "in a of .cold"},
        Row{"Cpu", "stuck on CPU#12 now", "stuck on CPU now"},
        Row{"Fuzzer", "in syz-executor.3/4711: x", "in syz-executor: x"},
        Row{"Spaces", "  a \t b ", "a b"},
        Row{"Controls",
            "a\x01\xff"
            "b",
            "ab"},
        Row{"Long", std::string(500, 'x'), std::string(120, 'x')}, Row{"Empty", "", ""}),
    [](const auto& row) { return row.param.name; });

TEST(Fill, EndsBeforeTheFunctionWhereThereIsNone) {
    EXPECT_EQ(fill("WARNING in {f}/usb", {.function = "f"}), "WARNING in f/usb");
    EXPECT_EQ(fill("WARNING in {f}/usb", {}), "WARNING");
}

TEST(Fill, KnowsCapturesAccessAndTheNextLine) {
    const TitleParts parts{
        .captures = {"one", "two"}, .function = "f", .access = "Read", .next_line = "next"};

    EXPECT_EQ(fill("{2} {1} {a} {n} in {f}", parts), "two one Read next in f");
}

TEST(Pattern, CapturesWhatItsWildcardsStandFor) {
    EXPECT_THAT(
        match("BUG: * in *", "BUG: a b in c in d"), Optional(ElementsAre("a b", "c in d", "", "")));
    EXPECT_THAT(match("BUG: *c", "BUG: abcd"), Optional(ElementsAre("ab", "", "", "")));
    EXPECT_THAT(match("BUG", "BUG: x"), Optional(ElementsAre("", "", "", "")));
}

TEST(Pattern, MustBeginWhereTheTextDoes) {
    EXPECT_FALSE(match("BUG: *", "x BUG: a"));
    EXPECT_FALSE(match("BUG: * in *", "BUG: a"));
}

TEST(RustSymbol, IsReadable) {
    EXPECT_EQ(
        demangle_rust("_RNvMs3_NtCshgDM7dBCdno_11rust_binder7processNtB5_7Process10update_ref"),
        "<rust_binder::process::Process>::update_ref");
    EXPECT_EQ(
        demangle_rust("_RNvNtCs9jEwPDbx20M_4core9panicking9panic_fmt"),
        "core::panicking::panic_fmt");
}

TEST(RustSymbol, StaysAsItIsWhereItIsNotUnderstood) {
    for (const std::string name :
         {"do_exit", "_R", "_RNv", "_RNvB_1x", "_RNvC99999x", "_RNvCs", "_RYB_B_"})
        EXPECT_EQ(demangle_rust(name), name);
}

TEST(RustSymbol, OfManyReferencesTakesNoTime) {
    std::string name = "_R";
    for (int i = 0; i < 200; ++i)
        name += "NvB_";
    EXPECT_EQ(demangle_rust(name), name);
}

} // namespace
} // namespace error_report
