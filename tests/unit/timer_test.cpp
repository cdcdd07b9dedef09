// SPDX-License-Identifier: MIT
#include "cli/timer.h"

#include <gtest/gtest.h>

namespace error_report {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Timers::Clock::time_point begin{};

TEST(TimersTest, NeverEndAWaitWhereThereAreNone) {
    EXPECT_EQ(Timers().timeout(begin), -1);
}

TEST(TimersTest, EndAWaitWhenTheNextIsDue) {
    Timers timers;
    timers.every(seconds(30), begin, [] {});
    timers.every(seconds(2), begin, [] {});

    EXPECT_EQ(timers.timeout(begin), 2000);
    EXPECT_EQ(timers.timeout(begin + milliseconds(1500)), 500);
    EXPECT_EQ(timers.timeout(begin + seconds(60)), 0);
}

TEST(TimersTest, RunWhatIsDueAgainAndAgain) {
    Timers timers;
    int often = 0;
    int seldom = 0;
    timers.every(seconds(1), begin, [&] { ++often; });
    timers.every(seconds(10), begin, [&] { ++seldom; });

    for (int s = 0; s <= 10; ++s)
        timers.run(begin + seconds(s));

    EXPECT_EQ(often, 10);
    EXPECT_EQ(seldom, 1);
}

TEST(TimersTest, DoNotCatchUpAfterALongWait) {
    Timers timers;
    int runs = 0;
    timers.every(seconds(1), begin, [&] { ++runs; });

    timers.run(begin + seconds(100));
    timers.run(begin + seconds(100));

    EXPECT_EQ(runs, 1);
}

} // namespace
} // namespace error_report
