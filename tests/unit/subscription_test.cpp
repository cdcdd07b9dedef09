// SPDX-License-Identifier: MIT
#include "source/subscription.h"

#include "sample.h"

#include <deque>
#include <gtest/gtest.h>
#include <utility>
#include <vector>

namespace error_report {
namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t instance = 1;
constexpr std::uint64_t reloaded = 2;

Report report(std::uint64_t seq, std::uint64_t of = instance) {
    return test::numbered_report(seq, of);
}

// What a kernel says, event by event.
struct Script {
    Status status;
    std::deque<Event> events;
    std::vector<std::uint64_t> ring;
    ErrorKind reopens = ErrorKind::failure; // anything but failure is returned
};

class ScriptedSource final : public Source {
  public:
    explicit ScriptedSource(Script& script) : script_(script) {}

    [[nodiscard]] std::vector<pollfd> waits() const override { return {}; }

    Result<std::optional<Event>> receive() override {
        if (script_.events.empty())
            return std::nullopt;
        auto event = std::move(script_.events.front());
        script_.events.pop_front();
        return event;
    }

    Result<Status> status() override { return script_.status; }

    Result<void> retained(std::uint64_t from, const ReportHandler& handler) override {
        for (const auto seq : script_.ring)
            if (seq >= from)
                if (auto taken = handler(report(seq, script_.status.instance)); !taken)
                    return taken;
        return {};
    }

    Result<void> reopen() override {
        if (script_.reopens != ErrorKind::failure)
            return fail(script_.reopens, "refused");
        script_.status.instance = reloaded;
        return {};
    }

  private:
    Script& script_;
};

class SubscriptionTest : public testing::Test {
  protected:
    SubscriptionTest() { script_.status.instance = instance; }

    std::unique_ptr<Subscription> open(bool with_retained = false) {
        auto opened = Subscription::open(std::make_unique<ScriptedSource>(script_), with_retained);
        return opened ? std::move(*opened) : nullptr;
    }

    Script script_;
};

std::uint64_t seq_of(const Result<Record>& record) {
    const auto* report = record ? std::get_if<Report>(&*record) : nullptr;
    return report != nullptr ? report->seq : 0;
}

TEST_F(SubscriptionTest, GivesReportsOneByOne) {
    script_.events = {report(1), report(2)};
    const auto subscription = open();
    EXPECT_EQ(seq_of(subscription->next()), 1U);
    EXPECT_EQ(seq_of(subscription->next()), 2U);
}

TEST_F(SubscriptionTest, GivesNothingWhenNothingComesInTime) {
    const auto subscription = open();
    const auto record = subscription->next(milliseconds(1));
    ASSERT_TRUE(record);
    EXPECT_FALSE(*record);
}

// What is queued was not lost, however late the program comes.
TEST_F(SubscriptionTest, LooksAtAllThatHasComeBeforeItSaysNothing) {
    script_.events = {Overrun{}, Unreadable{"no text"}, report(1)};
    const auto record = open()->next(milliseconds(0));
    ASSERT_TRUE(record && *record);
    EXPECT_TRUE(std::holds_alternative<Report>(**record));
}

TEST_F(SubscriptionTest, WaitsForEverWithoutAnOverflow) {
    script_.events = {report(1)};
    const auto record = open()->next(milliseconds::max());
    EXPECT_TRUE(record && *record);
}

TEST_F(SubscriptionTest, BeginsWithWhatIsRetainedIfAsked) {
    script_.status.ended = 3;
    script_.status.oldest_seq = 2;
    script_.ring = {2, 3};
    script_.events = {report(4)};
    const auto subscription = open(true);
    EXPECT_EQ(seq_of(subscription->next()), 2U);
    EXPECT_EQ(seq_of(subscription->next()), 3U);
    EXPECT_EQ(seq_of(subscription->next()), 4U);
}

TEST_F(SubscriptionTest, TellsOfALoss) {
    script_.events = {Loss{.first = 1, .last = 3, .causes = 1, .instance = instance}};
    const auto record = open()->next();
    ASSERT_TRUE(record);
    const auto* lost = std::get_if<Lost>(&*record);
    ASSERT_NE(lost, nullptr);
    EXPECT_EQ(lost->loss.last, 3U);
}

TEST_F(SubscriptionTest, GoesOnAfterAReload) {
    script_.events = {FamilyGone{}, FamilyCame{}, report(1, reloaded)};
    const auto subscription = open();
    std::vector<std::size_t> kinds;
    for (int i = 0; i < 3; ++i)
        kinds.push_back(subscription->next()->index());
    const Record down = FamilyDown{};
    const Record up = FamilyUp{};
    EXPECT_EQ(kinds, (std::vector<std::size_t>{down.index(), up.index(), 0}));
}

TEST_F(SubscriptionTest, WaitsOnWhereTheModuleWentAgainAtOnce) {
    script_.events = {FamilyGone{}, FamilyCame{}};
    script_.reopens = ErrorKind::not_loaded;
    const auto subscription = open();
    EXPECT_TRUE(std::holds_alternative<FamilyDown>(*subscription->next()));
    EXPECT_FALSE(*subscription->next(milliseconds(1)));
}

TEST_F(SubscriptionTest, EndsWhereItMayNotJoinAgain) {
    script_.events = {FamilyCame{}};
    script_.reopens = ErrorKind::privilege;
    const auto subscription = open();
    EXPECT_TRUE(subscription->next());
    const auto record = subscription->next();
    ASSERT_FALSE(record);
    EXPECT_EQ(record.error().kind, ErrorKind::privilege);
}

TEST_F(SubscriptionTest, EndsWithARecording) {
    script_.events = {report(1), Ended{}};
    const auto subscription = open();
    EXPECT_EQ(seq_of(subscription->next()), 1U);
    EXPECT_FALSE(subscription->next());
}

} // namespace
} // namespace error_report
