// SPDX-License-Identifier: MIT
#include "encode/time.h"

#include <cstdlib>
#include <ctime>
#include <gtest/gtest.h>

namespace error_report {
namespace {

TEST(Time, IsRfc3339WithNanoseconds) {
    EXPECT_EQ(rfc3339_utc(0), "1970-01-01T00:00:00.000000000Z");
    EXPECT_EQ(rfc3339_utc(1'709'164'800'000'000'001), "2024-02-29T00:00:00.000000001Z");
}

TEST(Time, ForPeopleFollowsTheirZoneUnlessAskedNotTo) {
    setenv("TZ", "XYZ-2", 1);
    tzset();

    EXPECT_EQ(short_time(0, false), "1970-01-01 02:00:00");
    EXPECT_EQ(short_time(0, true), "1970-01-01 00:00:00");
    EXPECT_EQ(full_time(1'234'567, true), "1970-01-01 00:00:00.001234");
}

} // namespace
} // namespace error_report
