// SPDX-License-Identifier: MIT
#include "output/broadcast.h"

#include "output/metrics.h"
#include "output/storm.h"
#include "sample.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <linux/error_report.h>
#include <string>

namespace error_report {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::uint64_t instance = 1;

class FakeEncoder final : public Encoder {
  public:
    [[nodiscard]] std::string encode(const Record& record, std::uint64_t) const override {
        if (const auto* start = std::get_if<Start>(&record))
            return fmt::format("start from {}", start->from);
        if (const auto* report = std::get_if<Report>(&record))
            return fmt::format("{} {}{}", report->tool, report->seq, report->id ? " with id" : "");
        if (const auto* suppressed = std::get_if<Suppressed>(&record))
            return fmt::format("suppressed {}", suppressed->title);
        return "other";
    }
};

class FakeSink final : public Sink {
  public:
    explicit FakeSink(std::vector<std::string>& lines) : lines_(lines) {}

    tl::expected<void, SinkError> write(std::string_view frame) override {
        lines_.emplace_back(frame);
        return {};
    }

  private:
    std::vector<std::string>& lines_;
};

Report report(std::uint64_t seq, std::string tool = "kasan") {
    auto result = test::numbered_report(seq, instance);
    result.tool = std::move(tool);
    return result;
}

class BroadcastTest : public testing::Test {
  protected:
    void SetUp() override { lines_.reserve(10); }

    // An output; its lines are in lines_ under its number.
    void add(std::optional<Position> saved = {}) {
        lines_.emplace_back();
        passed_.push_back(std::make_shared<std::vector<std::uint64_t>>());
        WriterHooks hooks;
        hooks.clock = [] { return std::uint64_t{0}; };
        hooks.note = [](std::string_view) {};
        hooks.passed = [passed = passed_.back()](Position p) { passed->push_back(p.seq); };
        hooks.died = [] {};
        writers_.push_back(std::make_unique<Writer>(
            fmt::format("output {}", writers_.size()), std::make_unique<FakeEncoder>(),
            std::make_unique<FakeSink>(lines_.back()), 1 << 20, saved, hooks));
    }

    Broadcast broadcast(std::vector<std::string> tools = {}) {
        return Broadcast(writers_, {.tools = std::move(tools)}, [](std::string_view) {});
    }

    void finish() {
        for (const auto& writer : writers_) {
            writer->finish();
            EXPECT_TRUE(
                writer->wait_until(std::chrono::steady_clock::now() + std::chrono::seconds(10)));
        }
    }

    static Status status(std::uint64_t ended, std::optional<std::uint64_t> oldest) {
        Status result;
        result.instance = instance;
        result.ended = ended;
        result.oldest_seq = oldest;
        return result;
    }

    Broadcast::Writers writers_;
    std::vector<std::vector<std::string>> lines_;
    std::vector<std::shared_ptr<std::vector<std::uint64_t>>> passed_;
};

TEST_F(BroadcastTest, StartsEachOutputWhereItEnded) {
    add();
    add(Position{instance, 3});
    add(Position{instance + 1, 3});
    auto to_all = broadcast();

    EXPECT_EQ(to_all.begin(status(5, 2), false, {}), 1U);
    to_all.take(report(4));
    to_all.take(report(6));

    finish();
    EXPECT_THAT(lines_[0], ElementsAre("start from 6", "kasan 6"));
    EXPECT_THAT(lines_[1], ElementsAre("start from 4", "kasan 4", "kasan 6"));
    EXPECT_THAT(lines_[2], ElementsAre("start from 1", "kasan 4", "kasan 6"));
}

TEST_F(BroadcastTest, StartsWithTheBacklogWhereNothingIsSaved) {
    add();
    auto to_all = broadcast();

    EXPECT_EQ(to_all.begin(status(5, 2), true, {}), 2U);
}

TEST_F(BroadcastTest, HasNoBacklogWhereTheRingIsEmpty) {
    add();
    auto to_all = broadcast();

    EXPECT_EQ(to_all.begin(status(5, {}), true, {}), 6U);
}

TEST_F(BroadcastTest, DoesNotTrustAPositionThatTheKernelHasNotReached) {
    add(Position{instance, 9});
    auto to_all = broadcast();

    EXPECT_EQ(to_all.begin(status(5, 2), false, {}), 6U);
}

TEST_F(BroadcastTest, PassesOverReportsOfOtherToolsAndRemembersThat) {
    add();
    auto to_all = broadcast({"kasan", "kfence"});
    to_all.begin(status(0, {}), false, {});

    to_all.take(report(1, "warning"));
    to_all.take(report(2, "kfence"));

    finish();
    EXPECT_THAT(lines_[0], ElementsAre("start from 1", "kfence 2"));
    EXPECT_EQ(*passed_[0], (std::vector<std::uint64_t>{1, 2}));
}

TEST_F(BroadcastTest, HidesWhatIsToBeHidden) {
    add();
    Broadcast to_all(writers_, {.redact = true}, [](std::string_view) {});
    to_all.begin(status(0, {}), false, {});
    auto secret = report(1);
    secret.id = 5;

    to_all.take(secret);

    finish();
    EXPECT_THAT(lines_[0], ElementsAre("start from 1", "kasan 1"));
}

TEST_F(BroadcastTest, HidesItAlsoInWhatIsSaidOfRepeats) {
    add();
    Broadcast to_all(writers_, {.redact = true}, [](std::string_view) {});
    to_all.begin(status(0, {}), false, {});
    Storm storm(to_all, std::chrono::seconds(1), [] { return std::uint64_t{0}; });
    auto secret = report(1);
    secret.text = "oops by task secret/12: secret";

    storm.take(secret);
    secret.seq = 2;
    storm.take(secret);
    storm.finish();

    finish();
    EXPECT_THAT(
        lines_[0],
        ElementsAre(
            "start from 1", "kasan 1", "suppressed oops by task [redacted]/NUM: [redacted]"));
}

TEST_F(BroadcastTest, CountsWhatWentThroughForTheMetrics) {
    add();
    auto to_all = broadcast();
    to_all.begin(status(0, {}), false, {});
    auto late = report(2, "kfence\"\n");
    late.time_real = 1'500'000'000;
    to_all.take(report(1));
    to_all.take(late);
    to_all.take(Lost{{3, 7, ERROR_REPORT_CAUSE_RING_FULL, instance}, 7});

    finish();
    const std::vector<OutputMetrics> outputs{{"output 0", writers_[0]->counters()}};
    const auto text = metrics_text(to_all.tally(), outputs);
    EXPECT_THAT(text, HasSubstr("error_report_reports_total{tool=\"kasan\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("error_report_reports_total{tool=\"kfence\\\"\\n\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("error_report_lost_total{cause=\"ring_full\"} 5\n"));
    EXPECT_THAT(text, HasSubstr("error_report_last_report_timestamp_seconds 1.500\n"));
    EXPECT_THAT(text, HasSubstr("error_report_output_reports_total{output=\"output 0\"} 2\n"));
    EXPECT_THAT(text, HasSubstr("error_report_output_up{output=\"output 0\"} 1\n"));
}

TEST_F(BroadcastTest, TellsNoMoreNamesApartThanAPageBears) {
    Tally tally;
    for (std::uint64_t i = 0; i < 1000; ++i)
        tally.add(report(i, fmt::format("tool {}", i)));

    EXPECT_LE(tally.reports().size(), 65U);
    EXPECT_EQ(tally.reports().at("other"), 936U);
}

} // namespace
} // namespace error_report
