// SPDX-License-Identifier: MIT
#include "source/headline.h"

#include <gtest/gtest.h>

namespace error_report {
namespace {

struct Sample {
    const char* name;
    const char* text;
    const char* tool;
};

class ToolOf : public testing::TestWithParam<Sample> {};

TEST_P(ToolOf, ToldFromTheText) {
    EXPECT_EQ(tool_of(GetParam().text), GetParam().tool);
}

INSTANTIATE_TEST_SUITE_P(
    Every, ToolOf,
    testing::Values(
        Sample{"Kasan", "BUG: KASAN: slab-out-of-bounds in f\nRead of size 1", "kasan"},
        Sample{"Kfence", "BUG: KFENCE: use-after-free read in f\n", "kfence"},
        Sample{"Warning", "WARNING: CPU: 1 PID: 2 at f\nModules linked in:", "warning"},
        Sample{"WarningBehindItsMessage", "a message\nWARNING: CPU: 1 PID: 2 at f", "warning"},
        Sample{"WarningBehindAMisleadingMessage", "UBSAN: no\nWARNING: CPU: 1 at f", "warning"},
        Sample{"KasanInsideAWarning", "a message\nBUG: KASAN: no\nWARNING: CPU: 1", "warning"},
        Sample{"WarningInsideKasan", "BUG: KASAN: bad in f\nWARNING: no", "kasan"},
        Sample{"Bug", "kernel BUG at f.c:1!\ninvalid opcode", "bug"},
        Sample{"Ubsan", "UBSAN: shift-out-of-bounds in f", "ubsan"},
        Sample{"Unknown", "something else", "unknown"}, Sample{"Empty", "", "unknown"}),
    [](const auto& row) { return row.param.name; });

} // namespace
} // namespace error_report
