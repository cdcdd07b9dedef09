// SPDX-License-Identifier: MIT
#include "source/kernel_log.h"

#include "temporary_folder.h"

#include <fstream>
#include <gmock/gmock.h>

namespace error_report {
namespace {

using testing::HasSubstr;

TEST(LogRecord, HasItsParts) {
    const auto record =
        parse_log_record("4,1234,5678901,-,caller=T12;WARNING: x\n SUBSYSTEM=pci\n DEVICE=+x\n");

    ASSERT_TRUE(record);
    EXPECT_EQ(record->prefix, "4,1234,5678901,-,caller=T12;");
    EXPECT_EQ(record->facility, 0U);
    EXPECT_EQ(record->seq, 1234U);
    EXPECT_EQ(record->time, 5678901U);
    EXPECT_EQ(record->text, "WARNING: x");
}

TEST(LogRecord, TellsWhoeverWritesToKmsgFromTheKernel) {
    EXPECT_EQ(parse_log_record("12,1,2,-;WARNING: forged")->facility, 1U);
}

TEST(LogRecord, HasTheBytesThatTheKernelEscaped) {
    EXPECT_EQ(parse_log_record("4,1,2,-;a\\x0ab\\x5cx41\\xff")->text, "a\nb\\x41\xff");
    EXPECT_EQ(parse_log_record("4,1,2,-;\\x \\x4 \\xzz \\x+1 \\")->text, "\\x \\x4 \\xzz \\x+1 \\");
}

TEST(LogRecord, IsNothingElse) {
    for (const auto* other :
         {"", ";", "4;x", "4,1;x", "4,1,;x", "a,1,2,-;x", "4,1,2,-", "-4,1,2;x"})
        EXPECT_FALSE(parse_log_record(other)) << other;
}

TEST(KernelLog, SaysWhyItCannotBeRead) {
    const test::TemporaryFolder folder;
    const auto log = open_kernel_log(folder / "none");

    ASSERT_FALSE(log);
    EXPECT_THAT(log.error().message, HasSubstr("none: No such file"));
}

} // namespace
} // namespace error_report
