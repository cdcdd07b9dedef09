// SPDX-License-Identifier: MIT
#include "encode/journal.h"

#include "encode/message_id.h"
#include "journal_frame.h"
#include "sample.h"

#include <gmock/gmock.h>
#include <linux/error_report.h>
#include <string>
#include <vector>

namespace error_report {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Report sample() {
    auto report = test::sample();
    report.text = "BUG: KFENCE: use-after-free read in f\n two";
    report.text_bytes = 42;
    return report;
}

std::string encode(const Record& record, bool with_text = true) {
    return JournalEncoder({.origin = test::origin, .with_text = with_text}).encode(record, 0);
}

// The values of a field of the record's entry.
std::vector<std::string> values(const Record& record, const std::string& name) {
    const auto fields = test::parse_journal(encode(record));
    std::vector<std::string> result;
    if (fields)
        for (auto [at, end] = fields->equal_range(name); at != end; ++at)
            result.push_back(at->second);
    return result;
}

TEST(Journal, HasAShortMessageAndWhatJournaldKnows) {
    EXPECT_THAT(
        encode(sample()),
        testing::StartsWith("MESSAGE=kfence: BUG: KFENCE: use-after-free read in f\n"
                            "MESSAGE_ID=a8e3ee5eb1d74aa389b3ab934bce527c\n"
                            "PRIORITY=3\n"
                            "SYSLOG_IDENTIFIER=error-report\n"
                            "ERROR_REPORT_SCHEMA=1\n"
                            "ERROR_REPORT_EVENT=report\n"
                            "ERROR_REPORT_SEQ=7\n"));
}

TEST(Journal, CarriesLinesWithTheirLength) {
    EXPECT_THAT(
        encode(sample()), HasSubstr("\nERROR_REPORT_TEXT\n*\0\0\0\0\0\0\0"
                                    "BUG: KFENCE: use-after-free read in f\n two\n"s));
}

TEST(Journal, HasEveryFieldOfTheJsonLine) {
    const auto fields = test::parse_journal(encode(sample()));

    ASSERT_TRUE(fields);
    for (const auto* name :
         {"SCHEMA", "EVENT", "SEQ", "INSTANCE", "BOOT_ID", "TIME", "BOOTTIME_US", "HOST", "KERNEL",
          "TOOL", "ID", "CPU", "PID", "COMM", "CONTEXT", "TEXT", "TEXT_BYTES"})
        EXPECT_EQ(fields->count("ERROR_REPORT_"s + name), 1U) << name;
    EXPECT_EQ(fields->find("ERROR_REPORT_ID")->second, "0xffff888012345678");
    EXPECT_EQ(fields->find("ERROR_REPORT_TIME")->second, "2026-01-02T03:04:05.123456789Z");
}

TEST(Journal, HasAFieldForEachFlag) {
    auto report = sample();
    report.flags = ERROR_REPORT_FLAG_TRUNCATED | ERROR_REPORT_FLAG_UNTERMINATED;

    EXPECT_THAT(values(report, "ERROR_REPORT_FLAGS"), ElementsAre("truncated", "unterminated"));
    EXPECT_THAT(values(sample(), "ERROR_REPORT_FLAGS"), IsEmpty());
}

TEST(Journal, CutsNoText) {
    auto report = sample();
    report.text = std::string(65530, 'x');

    EXPECT_THAT(values(report, "ERROR_REPORT_TEXT"), ElementsAre(report.text));
    EXPECT_LT(values(report, "MESSAGE").front().size(), 1000U);
}

TEST(Journal, CanDoWithoutTheText) {
    EXPECT_THAT(encode(sample(), false), Not(HasSubstr("ERROR_REPORT_TEXT\n")));
    EXPECT_THAT(encode(sample(), false), HasSubstr("\nERROR_REPORT_TEXT_BYTES=42\n"));
}

TEST(Journal, CannotBeForgedByWhoeverNamesATask) {
    auto report = sample();
    report.comm = report.tool = "x\nPRIORITY=0";

    EXPECT_THAT(values(report, "PRIORITY"), ElementsAre("3"));
    EXPECT_THAT(values(report, "ERROR_REPORT_COMM"), ElementsAre(report.comm));
}

TEST(Journal, TakesAWarningForOne) {
    auto report = sample();
    report.tool = "warning";

    EXPECT_THAT(values(report, "PRIORITY"), ElementsAre("4"));
}

TEST(Journal, NamesWhatALossIs) {
    const Lost lost{{3, 5, ERROR_REPORT_CAUSE_NO_SLOT | ERROR_REPORT_CAUSE_RING_FULL, 0xabc}, 9};

    EXPECT_THAT(values(lost, "MESSAGE_ID"), ElementsAre(std::string(message_id_lost)));
    EXPECT_THAT(
        values(lost, "MESSAGE"), ElementsAre("reports 3 to 5 are lost: no_slot, ring_full"));
    EXPECT_THAT(values(lost, "ERROR_REPORT_CAUSE"), ElementsAre("no_slot", "ring_full"));
    EXPECT_THAT(values(lost, "ERROR_REPORT_TO"), ElementsAre("5"));
}

TEST(Journal, HasOneIdForTheStreamsOwnEvents) {
    for (const Record& record :
         {Record(Start()), Record(Resync()), Record(FamilyDown()), Record(FamilyUp()),
          Record(Stop())})
        EXPECT_THAT(values(record, "MESSAGE_ID"), ElementsAre(std::string(message_id_stream)));
}

} // namespace
} // namespace error_report
