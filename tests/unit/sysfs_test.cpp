// SPDX-License-Identifier: MIT
#include "source/sysfs.h"

#include "temporary_folder.h"
#include "written_file.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <linux/error_report.h>

namespace error_report {
namespace {

using test::TemporaryFolder;
using test::write_file;
using testing::ElementsAre;
using testing::EndsWith;
using testing::IsEmpty;
using testing::Not;

// The kernel's two files as plain ones: what tells that they changed is the guests' to test.
class SysfsTest : public testing::Test {
  protected:
    SysfsTest() { publish(0, ""); }

    void publish(std::uint64_t count, std::string_view text) {
        write_file(folder_ / "last_report", text);
        write_file(folder_ / "report_count", fmt::format("{}\n", count));
    }

    std::unique_ptr<SysfsSource> open() {
        auto source = SysfsSource::open(folder_ / "");
        EXPECT_TRUE(source) << (source ? "" : source.error().message);
        return std::move(*source);
    }

    static Report take_report(Source& source) {
        const auto event = source.receive();
        EXPECT_TRUE(event && *event && std::holds_alternative<Report>(**event));
        return std::get<Report>(event->value());
    }

    static std::vector<std::string> take_all(Source& source) {
        std::vector<std::string> names;
        for (;;) {
            const auto event = source.receive();
            if (!event)
                names.push_back(event.error().message);
            if (!event || !*event)
                return names;
            if (const auto* report = std::get_if<Report>(&**event))
                names.push_back(fmt::format("report {}", report->seq));
            else if (const auto* loss = std::get_if<Loss>(&**event))
                names.push_back(fmt::format(
                    "lost {}-{}{}", loss->first, loss->last,
                    loss->causes == cause_overwritten ? " overwritten" : ""));
            else
                names.emplace_back(std::holds_alternative<FamilyGone>(**event) ? "gone" : "came");
        }
    }

    TemporaryFolder folder_;
};

TEST_F(SysfsTest, BeginsBehindTheLastReport) {
    publish(4, "BUG: KASAN: old\n");
    const auto source = open();

    EXPECT_THAT(take_all(*source), IsEmpty());
    EXPECT_THAT(source->waits(), Not(IsEmpty()));
}

TEST_F(SysfsTest, TellsWhatTheTextTellsAndNothingElse) {
    const auto source = open();
    publish(1, "BUG: KASAN: use-after-free in f\nline two\n");

    const auto report = take_report(*source);

    EXPECT_EQ(report.seq, 1U);
    EXPECT_EQ(report.tool, "kasan");
    EXPECT_EQ(report.text, "BUG: KASAN: use-after-free in f\nline two");
    EXPECT_EQ(report.text_bytes, report.text.size());
    EXPECT_EQ(report.flags, 0U);
    EXPECT_GT(report.time_real, 1'700'000'000'000'000'000U);
    EXPECT_NE(report.instance, 0U);
    EXPECT_FALSE(report.id || report.time_boot || report.cpu || report.pid || report.comm);
    EXPECT_FALSE(report.context);
}

TEST_F(SysfsTest, FlagsATextThatWasCut) {
    const auto source = open();
    publish(1, "BUG: KFENCE: x\nline two\n<truncated>\n");

    const auto report = take_report(*source);

    EXPECT_EQ(report.text, "BUG: KFENCE: x\nline two");
    EXPECT_EQ(report.flags, std::uint64_t{ERROR_REPORT_FLAG_TRUNCATED});
    EXPECT_EQ(report.text_bytes, std::nullopt);
}

TEST_F(SysfsTest, TellsOfReportsThatWereOverwritten) {
    const auto source = open();
    publish(1, "a\n");
    EXPECT_THAT(take_all(*source), ElementsAre("report 1"));
    publish(4, "b\n");

    EXPECT_THAT(take_all(*source), ElementsAre("lost 2-3 overwritten", "report 4"));
}

TEST_F(SysfsTest, IsReadyWhileThereIsMore) {
    const auto source = open();
    publish(2, "b\n");

    source->receive();

    EXPECT_THAT(source->waits(), IsEmpty());
}

TEST_F(SysfsTest, IsReadyForWhatAStatusHasSeen) {
    const auto source = open();
    publish(1, "a\n");

    EXPECT_EQ(source->status()->ended, 1U);

    EXPECT_THAT(source->waits(), IsEmpty());
    EXPECT_THAT(take_all(*source), ElementsAre("report 1"));
}

TEST_F(SysfsTest, RetainsTheLastReport) {
    publish(3, "a\n");
    const auto source = open();
    std::vector<std::uint64_t> found;
    const auto take = [&](const Result<Report>& report) {
        found.push_back(report->seq);
        return Result<void>();
    };

    EXPECT_EQ(source->status()->oldest_seq, 3U);
    source->retained(1, take);
    source->retained(4, take);

    EXPECT_THAT(found, ElementsAre(3));
}

TEST_F(SysfsTest, RetainsNothingBeforeTheFirstReport) {
    const auto source = open();

    EXPECT_EQ(source->status()->oldest_seq, std::nullopt);
    EXPECT_TRUE(source->retained(1, [](const auto&) { return fail("there was one"); }));
}

TEST_F(SysfsTest, HasAnInstanceThatLastsAsLongAsTheFiles) {
    const auto first = open()->status()->instance;

    EXPECT_EQ(open()->status()->instance, first);
}

TEST_F(SysfsTest, CountThatIsNoNumberIsAnError) {
    const auto source = open();
    write_file(folder_ / "report_count", "many\n");

    EXPECT_THAT(
        take_all(*source), ElementsAre(EndsWith("/report_count holds no number of reports")));
}

TEST_F(SysfsTest, CountThatGoesBackIsAnError) {
    publish(4, "a\n");
    const auto source = open();
    publish(3, "a\n");

    EXPECT_THAT(take_all(*source), ElementsAre("report_count went back from 4 to 3"));
}

TEST_F(SysfsTest, WithoutFilesIsNotLoaded) {
    const auto source = SysfsSource::open(folder_ / "nothing");

    ASSERT_FALSE(source);
    EXPECT_EQ(source.error().kind, ErrorKind::not_loaded);
}

} // namespace
} // namespace error_report
