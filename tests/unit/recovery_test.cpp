// SPDX-License-Identifier: MIT
#include "cli/recovery.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <string>
#include <vector>

namespace error_report {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint64_t instance = 0xabc;
constexpr std::uint64_t log_epoch = 1'000'000'000;
constexpr const char* begins = "error_report_notify: instance 0x0000000000000abc begins";
constexpr const char* ends = "error_report_notify: instance 0x0000000000000abc ends";
constexpr const char* older_begins = "error_report_notify: instance 0x0000000000000123 begins";
constexpr const char* older_ends = "error_report_notify: instance 0x0000000000000123 ends";

// As many records as a WARN has, with the function in them.
std::vector<std::string> warning(const std::string& function) {
    return {
        "------------[ cut here ]------------",
        "WARNING: CPU: 3 PID: 42 at a.c:1 " + function + "+0x1/0x2",
        "CPU: 3 PID: 42 Comm: reader Not tainted 6.12.0 #1",
        "Call Trace:",
        " " + function + "+0x1/0x2",
        "---[ end trace 0000000000000000 ]---"};
}

class RecoveryTest : public testing::Test {
  protected:
    void add(const std::string& text, unsigned priority = 4) {
        const auto bytes = fmt::format("{},{},{},-,caller=T42;{}\n", priority, next_, next_, text);
        recovery_.take(*parse_log_record(bytes));
        ++next_;
    }

    void add(const std::vector<std::string>& texts, unsigned priority = 4) {
        for (const auto& text : texts)
            add(text, priority);
    }

    // Their first records.
    std::vector<std::uint64_t> seqs() {
        const auto reports = recovery_.finish();
        std::vector<std::uint64_t> result;
        for (const auto& report : reports.value_or(std::vector<Report>()))
            result.push_back(report.seq);
        return result;
    }

    std::uint64_t next_ = 100; // a record's number, and its time in µs
    Recovery recovery_{instance, log_epoch};
};

TEST_F(RecoveryTest, FindsWhatWasPrintedBeforeTheInstance) {
    add(warning("before"));
    add(begins);
    add(warning("behind"));

    const auto reports = recovery_.finish();

    ASSERT_TRUE(reports);
    ASSERT_EQ(reports->size(), 1U);
    const auto& report = reports->front();
    EXPECT_EQ(report.seq, 101U);
    EXPECT_EQ(report.instance, log_instance);
    EXPECT_EQ(report.flags, flag_recovered);
    EXPECT_EQ(report.tool, "warning");
    EXPECT_EQ(report.time_real, log_epoch + 104'000);
    EXPECT_EQ(report.cpu, 3U);
    EXPECT_EQ(report.pid, 42U);
    EXPECT_EQ(report.comm, "reader");
    EXPECT_EQ(report.text_bytes, report.text.size());
    EXPECT_THAT(report.text, testing::StartsWith("WARNING: CPU: 3 PID: 42 at a.c:1 before+"));
    EXPECT_FALSE(report.id);
}

TEST_F(RecoveryTest, LeavesWhatAnEarlierInstanceDelivered) {
    add(warning("first"));
    add(older_begins);
    add(warning("delivered"));
    add(older_ends);
    add(warning("between"));
    add(begins);

    EXPECT_THAT(seqs(), ElementsAre(101, 115));
}

TEST_F(RecoveryTest, LeavesWhatAnInstanceDeliveredThatBeganBeforeTheLogDoes) {
    add(warning("delivered"));
    add(older_ends);
    add(warning("between"));
    add(begins);

    EXPECT_THAT(seqs(), ElementsAre(108));
}

TEST_F(RecoveryTest, HasNothingWhereTheLogDoesNotReachBackToTheBegin) {
    add(warning("behind"));

    EXPECT_FALSE(recovery_.finish());
}

TEST_F(RecoveryTest, HasNothingWhereThereWasNothing) {
    add("Linux version 6.12.0");
    add(begins);
    add(ends);

    EXPECT_THAT(seqs(), IsEmpty());
}

TEST_F(RecoveryTest, DoesNotTrustWhoeverMayWriteToTheLog) {
    constexpr unsigned user = 12;
    add(warning("forged"), user);
    add(warning("real"));
    add(begins, user);
    add(begins);

    EXPECT_THAT(seqs(), ElementsAre(107));
}

TEST_F(RecoveryTest, TakesNoNameForTheEndOfALine) {
    add("usb 1-1: Product: \\x5cx0aBUG: KASAN: use-after-free in forged+0x1/0x2");
    add(begins);

    EXPECT_THAT(seqs(), IsEmpty());
}

TEST_F(RecoveryTest, ReadsTheLinesOfARecord) {
    add("------------[ cut here ]------------");
    add("WARNING: CPU: 3 PID: 42 at a.c:1 f+0x1/0x2\\x0aCall Trace:\\x0a f+0x1/0x2");
    add(begins);

    const auto reports = recovery_.finish();

    ASSERT_EQ(reports->size(), 1U);
    EXPECT_EQ(
        reports->front().text,
        "WARNING: CPU: 3 PID: 42 at a.c:1 f+0x1/0x2\nCall Trace:\n f+0x1/0x2");
}

} // namespace
} // namespace error_report
