// SPDX-License-Identifier: MIT
#include "encode/monitoring.h"

#include <gmock/gmock.h>
#include <ostream>

namespace error_report {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;

Status sample() {
    Status status;
    status.ended = status.published = 12;
    status.ring_reports = 10;
    status.ring_used = 4000;
    status.ring_size = 1 << 22;
    return status;
}

TEST(Monitoring, TellsThatAllIsWell) {
    const auto [state, line] = verdict_of(sample(), {});

    EXPECT_EQ(state, Severity::ok);
    EXPECT_EQ(
        line, "OK - 12 reports, none lost | reports=12c;;;0 lost_no_slot=0c;0;;0 "
              "lost_ring_full=0c;0;;0 multicast_failed=0c;0;;0 truncated=0c;;;0 "
              "unterminated=0c;;;0 retained=10;;;0 ring_used=4000B;;;0;4194304\n");
}

struct Row {
    const char* name;
    Thresholds thresholds;
    Severity severity;
};

void PrintTo(const Row& row, std::ostream* out) {
    *out << row.name;
}

class Threshold : public testing::TestWithParam<Row> {};

TEST_P(Threshold, IsTheLastNumberThatIsFine) {
    EXPECT_EQ(verdict_of(sample(), GetParam().thresholds).severity, GetParam().severity);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Threshold,
    testing::Values(
        Row{"none", {}, Severity::ok}, Row{"reached", {12, 12}, Severity::ok},
        Row{"warning exceeded", {11, {}}, Severity::warning},
        Row{"none allowed", {0, {}}, Severity::warning},
        Row{"only warning exceeded", {11, 12}, Severity::warning},
        Row{"critical exceeded", {{}, 11}, Severity::critical},
        Row{"both exceeded", {11, 11}, Severity::critical}));

TEST(Monitoring, HasTheThresholdsInThePerformanceData) {
    const auto [state, line] = verdict_of(sample(), {5, 10});

    EXPECT_THAT(line, StartsWith("CRITICAL - 12 reports are more than 10 | reports=12c;5;10;0 "));
}

TEST(Monitoring, WarnsOfLosses) {
    auto status = sample();
    status.lost_no_slot = 2;
    status.lost_ring_full = 1;

    const auto [state, line] = verdict_of(status, {});

    EXPECT_EQ(state, Severity::warning);
    EXPECT_THAT(line, StartsWith("WARNING - 3 of 12 reports were lost | "));
    EXPECT_THAT(line, HasSubstr(" lost_no_slot=2c;0;;0 lost_ring_full=1c;0;;0 "));
}

TEST(Monitoring, WarnsOfMulticastsThatFailed) {
    auto status = sample();
    status.multicast_failed = 4;

    const auto [state, line] = verdict_of(status, {});

    EXPECT_EQ(state, Severity::warning);
    EXPECT_THAT(line, StartsWith("WARNING - 4 multicasts failed for want of memory | "));
}

TEST(Monitoring, NamesEveryProblemInTheWorstOnesState) {
    auto status = sample();
    status.lost_ring_full = 3;

    const auto [state, line] = verdict_of(status, {{}, 1});

    EXPECT_EQ(state, Severity::critical);
    EXPECT_THAT(
        line, StartsWith("CRITICAL - 12 reports are more than 1, 3 of 12 reports were lost | "));
}

TEST(Monitoring, FindsAMissingModuleCritical) {
    const auto [state, line] = verdict_of(fail(ErrorKind::not_loaded, "it is not loaded"), {});

    EXPECT_EQ(state, Severity::critical);
    EXPECT_EQ(line, "CRITICAL - it is not loaded\n");
}

TEST(Monitoring, DoesNotKnowWhatItCannotAsk) {
    const auto [state, line] = verdict_of(fail("no | answer\n"), {});

    EXPECT_EQ(state, Severity::unknown);
    EXPECT_THAT(line, MatchesRegex("UNKNOWN - no / answer[^|\n]*\n"));
}

} // namespace
} // namespace error_report
