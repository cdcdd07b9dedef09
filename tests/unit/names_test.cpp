// SPDX-License-Identifier: MIT
#include "report/names.h"

#include "report/report.h"

#include <gmock/gmock.h>
#include <linux/error_report.h>

namespace error_report {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Names, OfContexts) {
    EXPECT_EQ(context_name(ERROR_REPORT_CONTEXT_TASK), "task");
    EXPECT_EQ(context_name(ERROR_REPORT_CONTEXT_NMI), "nmi");
    EXPECT_EQ(context_name(7), "unknown_7");
}

TEST(Names, OfFlagsInTheOrderOfBits) {
    EXPECT_THAT(flag_names(0), IsEmpty());
    EXPECT_THAT(
        flag_names(ERROR_REPORT_FLAG_NO_TEXT | ERROR_REPORT_FLAG_TRUNCATED | flag_recovered),
        ElementsAre("truncated", "no_text", "recovered"));
}

TEST(Names, OfUnknownFlagsShareOneEntry) {
    EXPECT_THAT(
        flag_names(ERROR_REPORT_FLAG_NO_EVENT | 0x10 | 0x8000'0000),
        ElementsAre("no_event", "unknown_0x80000010"));
}

TEST(Names, OfCauses) {
    EXPECT_THAT(
        cause_names(ERROR_REPORT_CAUSE_NO_SLOT | ERROR_REPORT_CAUSE_RING_FULL | cause_not_retained),
        ElementsAre("no_slot", "ring_full", "not_retained"));
}

} // namespace
} // namespace error_report
