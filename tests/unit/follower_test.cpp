// SPDX-License-Identifier: MIT
#include "source/follower.h"

#include "report/names.h"
#include "sample.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <linux/error_report.h>
#include <optional>
#include <string>
#include <vector>

namespace error_report {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint64_t instance = 1;
constexpr std::uint64_t reloaded = 2;

Report report(std::uint64_t seq, std::uint64_t of = instance) {
    return test::numbered_report(seq, of);
}

Loss loss(std::uint64_t first, std::uint64_t last, std::uint64_t of = instance) {
    return {first, last, ERROR_REPORT_CAUSE_NO_SLOT, of};
}

// A kernel whose ring holds what the test says.
class FakeSource final : public Source {
  public:
    [[nodiscard]] std::vector<pollfd> waits() const override { return {}; }

    Result<void> reopen() override { return {}; }

    Result<std::optional<Event>> receive() override { return std::nullopt; }

    Result<Status> status() override {
        if (gone)
            return fail(ErrorKind::not_loaded, "gone");
        Status result;
        result.instance = of;
        result.ended = ended;
        if (!ring.empty())
            result.oldest_seq = ring.front();
        return result;
    }

    Result<void> retained(std::uint64_t from, const ReportHandler& handler) override {
        ++dumps;
        for (const auto seq : ring)
            if (seq >= from)
                if (auto taken = handler(
                        unreadable == seq ? fail("unreadable") : Result<Report>(report(seq, of)));
                    !taken)
                    return taken;
        return {};
    }

    std::uint64_t of = instance;
    std::uint64_t ended = 0;
    std::vector<std::uint64_t> ring;
    std::uint64_t unreadable = 0;
    bool gone = false;
    int dumps = 0;
};

class FakeConsumer final : public Consumer {
  public:
    void take(Record record) override {
        std::visit([&](const auto& content) { lines.push_back(line(content)); }, record);
    }

    void note(std::string_view text) override { lines.push_back(fmt::format("note {}", text)); }

    std::vector<std::string> lines;

  private:
    static std::string line(const Report& report) { return fmt::format("report {}", report.seq); }

    static std::string line(const Lost& lost) {
        return fmt::format(
            "lost {}-{} {} of {}", lost.loss.first, lost.loss.last,
            fmt::join(cause_names(lost.loss.causes), "+"), lost.report_count);
    }

    static std::string line(const Resync& resync) {
        return fmt::format(
            "resync {}-{} {} of {}", resync.from, resync.to, resync.why, resync.report_count);
    }

    static std::string line(const FamilyDown& down) {
        return fmt::format(
            "down {} of {}{}", down.instance, down.report_count,
            down.complete ? "" : " incomplete");
    }

    static std::string line(const FamilyUp& up) {
        return fmt::format("up {} of {}", up.instance, up.report_count);
    }

    static std::string line(const Start&) { return "start"; }

    static std::string line(const Stop&) { return "stop"; }

    static std::string line(const Suppressed&) { return "suppressed"; }
};

class FollowerTest : public testing::Test {
  protected:
    // A follower that joined when the kernel had ended so many reports.
    Follower follower_at(std::uint64_t ended, std::optional<std::uint64_t> from = {}) {
        source_.ended = ended;
        return Follower(source_, consumer_, *source_.status(), from.value_or(ended + 1));
    }

    // The kernel's ring and count from now on.
    void kernel_has(std::vector<std::uint64_t> ring, std::uint64_t ended) {
        source_.ring = std::move(ring);
        source_.ended = ended;
    }

    FakeSource source_;
    FakeConsumer consumer_;
};

TEST_F(FollowerTest, DeliversLiveReportsInOrder) {
    auto follower = follower_at(0);

    follower.handle(report(1));
    follower.handle(report(2));

    EXPECT_THAT(consumer_.lines, ElementsAre("report 1", "report 2"));
    EXPECT_EQ(follower.position(), 2U);
    EXPECT_EQ(follower.reports(), 2U);
}

TEST_F(FollowerTest, BeginsBehindTheReportsThatHadEnded) {
    auto follower = follower_at(4);

    follower.begin();
    follower.handle(report(4));
    follower.handle(report(5));

    EXPECT_EQ(follower.from(), 5U);
    EXPECT_THAT(consumer_.lines, ElementsAre("report 5"));
}

TEST_F(FollowerTest, BeginsWhereItIsTold) {
    kernel_has({3, 4}, 4);
    auto follower = follower_at(4, 3);

    follower.begin();

    EXPECT_EQ(follower.from(), 3U);
    EXPECT_THAT(consumer_.lines, ElementsAre("report 3", "report 4"));
}

TEST_F(FollowerTest, DeliversABacklogReportThatComesLiveTooOnce) {
    kernel_has({1, 2}, 2);
    auto follower = follower_at(2, 1);

    follower.begin();
    follower.handle(report(2));
    follower.handle(report(3));

    EXPECT_THAT(consumer_.lines, ElementsAre("report 1", "report 2", "report 3"));
}

TEST_F(FollowerTest, CallsHolesInTheBacklogLost) {
    kernel_has({1, 4}, 6);
    auto follower = follower_at(6, 1);

    follower.begin();

    EXPECT_THAT(
        consumer_.lines,
        ElementsAre(
            "report 1", "lost 2-3 not_retained of 6", "report 4", "lost 5-6 not_retained of 6"));
}

TEST_F(FollowerTest, CallsLostWhatTheKernelNoLongerHasAtTheBegin) {
    kernel_has({5, 6}, 6);
    auto follower = follower_at(6, 3);

    follower.begin();

    EXPECT_THAT(consumer_.lines, ElementsAre("lost 3-4 not_retained of 6", "report 5", "report 6"));
}

TEST_F(FollowerTest, DropsDuplicates) {
    auto follower = follower_at(0);

    follower.handle(report(1));
    follower.handle(report(1));
    follower.handle(loss(1, 1));

    EXPECT_THAT(consumer_.lines, ElementsAre("report 1"));
}

TEST_F(FollowerTest, PassesOnWhatTheKernelLost) {
    auto follower = follower_at(0);
    source_.ended = 9;

    follower.handle(loss(1, 3));
    follower.handle(report(4));

    EXPECT_THAT(consumer_.lines, ElementsAre("lost 1-3 no_slot of 9", "report 4"));
    EXPECT_EQ(source_.dumps, 0);
}

TEST_F(FollowerTest, PassesOnOnlyTheNewPartOfALoss) {
    auto follower = follower_at(2);
    source_.ended = 5;

    follower.handle(loss(1, 5));

    EXPECT_THAT(consumer_.lines, ElementsAre("lost 3-5 no_slot of 5"));
}

TEST_F(FollowerTest, FillsAGapFromTheRing) {
    auto follower = follower_at(0);
    kernel_has({1, 2, 3}, 3);

    follower.handle(report(3));

    EXPECT_THAT(
        consumer_.lines, ElementsAre("report 1", "report 2", "report 3", "resync 1-3 gap of 3"));
}

TEST_F(FollowerTest, CallsLostWhatTheRingNoLongerHolds) {
    auto follower = follower_at(0);
    kernel_has({3, 4}, 4);

    follower.handle(report(4));

    EXPECT_THAT(
        consumer_.lines,
        ElementsAre("lost 1-2 not_retained of 4", "report 3", "report 4", "resync 1-4 gap of 4"));
}

TEST_F(FollowerTest, DeliversALiveReportThatTheRingHasAlreadyEvicted) {
    auto follower = follower_at(0);
    kernel_has({4}, 4);

    follower.handle(report(2));

    EXPECT_THAT(
        consumer_.lines, ElementsAre(
                             "lost 1-1 not_retained of 4", "report 2", "lost 3-3 not_retained of 4",
                             "report 4", "resync 1-4 gap of 4"));
}

TEST_F(FollowerTest, NeverNamesACountBelowWhatItSawWhileItFetched) {
    auto follower = follower_at(0);
    kernel_has({1, 5}, 2);

    follower.handle(report(2));

    EXPECT_THAT(
        consumer_.lines, ElementsAre(
                             "report 1", "report 2", "lost 3-4 not_retained of 4", "report 5",
                             "resync 1-5 gap of 5"));
}

TEST_F(FollowerTest, KeepsTheCauseOfALossBehindAGap) {
    auto follower = follower_at(0);
    kernel_has({1, 4}, 4);

    follower.handle(loss(2, 3));

    EXPECT_THAT(
        consumer_.lines,
        ElementsAre("report 1", "lost 2-3 no_slot of 4", "report 4", "resync 1-4 gap of 4"));
}

TEST_F(FollowerTest, AfterAnOverrunDeliversWhatIsQueuedAndThenFetchesTheRest) {
    auto follower = follower_at(0);
    kernel_has({1, 2, 3, 4}, 4);

    follower.handle(Overrun{});
    follower.handle(report(1));
    follower.idle();
    follower.handle(report(4));

    EXPECT_THAT(
        consumer_.lines,
        ElementsAre("report 1", "report 2", "report 3", "report 4", "resync 2-4 overrun of 4"));
}

TEST_F(FollowerTest, AfterAnOverrunWhoseQueueRanEmptyUnnoticedFetchesAtTheGap) {
    auto follower = follower_at(0);
    kernel_has({1, 2, 3}, 3);

    follower.handle(Overrun{});
    follower.handle(report(3));
    follower.idle();

    EXPECT_EQ(source_.dumps, 1);
    EXPECT_EQ(consumer_.lines.back(), "resync 1-3 overrun of 3");
}

TEST_F(FollowerTest, AnOverrunThatCostNothingIsNoLine) {
    auto follower = follower_at(3);

    follower.handle(Overrun{});
    follower.idle();
    follower.idle();

    EXPECT_THAT(consumer_.lines, IsEmpty());
    EXPECT_EQ(source_.dumps, 1);
}

TEST_F(FollowerTest, SaysThatTheModuleWasUnloadedOnce) {
    auto follower = follower_at(7);

    follower.handle(FamilyGone{});
    follower.handle(FamilyGone{});
    follower.idle();

    EXPECT_THAT(consumer_.lines, ElementsAre("down 1 of 7"));
    EXPECT_TRUE(follower.is_down());
}

TEST_F(FollowerTest, SaysThatAnOverrunBeforeTheUnloadingCostWhatNobodyKnows) {
    auto follower = follower_at(7);

    follower.handle(Overrun{});
    follower.handle(report(8));
    follower.handle(FamilyGone{});

    EXPECT_THAT(consumer_.lines, ElementsAre("report 8", "down 1 of 8 incomplete"));
}

TEST_F(FollowerTest, DeliversWhatIsQueuedOfAModuleThatIsGone) {
    auto follower = follower_at(0);
    source_.gone = true;

    EXPECT_TRUE(follower.handle(loss(1, 2)));
    EXPECT_TRUE(follower.handle(report(5)));
    EXPECT_FALSE(follower.is_down());
    EXPECT_TRUE(follower.idle());

    EXPECT_THAT(
        consumer_.lines,
        ElementsAre(
            "lost 1-2 no_slot of 2", "lost 3-4 not_retained of 5", "report 5", "down 1 of 5"));
}

TEST_F(FollowerTest, DeliversWhatIsQueuedOfAnInstanceThatAnotherHasReplaced) {
    auto follower = follower_at(0);
    source_.of = reloaded;
    kernel_has({1}, 1);

    follower.handle(report(2));
    follower.handle(report(3));
    follower.idle();

    EXPECT_THAT(
        consumer_.lines,
        ElementsAre("lost 1-1 not_retained of 2", "report 2", "report 3", "down 1 of 3"));
}

TEST_F(FollowerTest, AfterAReloadBeginsAtOneOfTheNewInstance) {
    auto follower = follower_at(7);
    source_.of = reloaded;
    kernel_has({2, 3}, 3);

    follower.handle(FamilyGone{});
    follower.reopen();
    follower.handle(report(4, reloaded));

    EXPECT_THAT(
        consumer_.lines, ElementsAre(
                             "down 1 of 7", "up 2 of 3", "lost 1-1 not_retained of 3", "report 2",
                             "report 3", "report 4"));
    EXPECT_EQ(follower.instance(), reloaded);
    EXPECT_FALSE(follower.is_down());
}

TEST_F(FollowerTest, StaysDownWhereTheModuleIsGoneAgainAtOnce) {
    auto follower = follower_at(7);

    follower.handle(FamilyGone{});
    source_.gone = true;

    EXPECT_TRUE(follower.reopen());
    EXPECT_TRUE(follower.is_down());
}

TEST_F(FollowerTest, ACheckFetchesWhatWasAlreadyLateAtTheOneBefore) {
    auto follower = follower_at(0);
    kernel_has({1, 2}, 2);

    follower.check();
    EXPECT_THAT(consumer_.lines, IsEmpty());
    follower.check();

    EXPECT_THAT(consumer_.lines, ElementsAre("report 1", "report 2", "resync 1-2 check of 2"));
}

TEST_F(FollowerTest, ACheckOfWhatCameInTimeIsNoLine) {
    auto follower = follower_at(0);
    source_.ended = 1;

    follower.check();
    follower.handle(report(1));
    follower.check();

    EXPECT_THAT(consumer_.lines, ElementsAre("report 1"));
}

TEST_F(FollowerTest, DropsStragglersOfAnotherInstance) {
    auto follower = follower_at(7);

    follower.handle(report(8, reloaded));

    EXPECT_THAT(consumer_.lines, IsEmpty());
    EXPECT_EQ(follower.instance(), instance);
}

TEST_F(FollowerTest, NotesAnUnreadableMessageAndFetchesItAtTheGap) {
    auto follower = follower_at(0);
    kernel_has({1, 2}, 2);

    follower.handle(Unreadable{"odd"});
    follower.handle(report(2));

    EXPECT_THAT(
        consumer_.lines, ElementsAre("note odd", "report 1", "report 2", "resync 1-2 gap of 2"));
}

TEST_F(FollowerTest, CallsLostWhatCannotBeReadInTheRingEither) {
    auto follower = follower_at(0);
    kernel_has({1, 2}, 2);
    source_.unreadable = 1;

    follower.handle(report(2));

    EXPECT_THAT(
        consumer_.lines,
        ElementsAre(
            "note unreadable", "lost 1-1 not_retained of 2", "report 2", "resync 1-2 gap of 2"));
}

TEST_F(FollowerTest, AtAStopFetchesWhatHasNotComeAndNothingBehindIt) {
    auto follower = follower_at(0);
    kernel_has({1, 2, 3, 4}, 3);

    follower.stop_at(*source_.status());
    follower.handle(report(1));
    EXPECT_FALSE(follower.done());
    follower.finish();

    EXPECT_THAT(
        consumer_.lines, ElementsAre("report 1", "report 2", "report 3", "resync 2-3 stop of 3"));
    EXPECT_TRUE(follower.done());
}

TEST_F(FollowerTest, AtAStopWithEverythingDeliveredAsksForNothing) {
    auto follower = follower_at(3);

    follower.stop_at(*source_.status());
    follower.handle(report(4));
    follower.finish();

    EXPECT_THAT(consumer_.lines, IsEmpty());
    EXPECT_EQ(source_.dumps, 0);
}

TEST_F(FollowerTest, AtAStopCutsALossThatGoesBeyond) {
    auto follower = follower_at(0);
    source_.ended = 2;

    follower.stop_at(*source_.status());
    follower.handle(loss(1, 5));

    EXPECT_THAT(consumer_.lines, ElementsAre("lost 1-2 no_slot of 2"));
    EXPECT_TRUE(follower.done());
}

TEST_F(FollowerTest, IgnoresEverythingBehindItsLimit) {
    kernel_has({1, 2, 3}, 5);
    auto follower = follower_at(5, 1);
    follower.limit_reports(2);

    follower.begin();
    follower.handle(report(6));

    EXPECT_THAT(consumer_.lines, ElementsAre("report 1", "report 2"));
    EXPECT_TRUE(follower.done());
    EXPECT_EQ(follower.position(), 2U);
}

} // namespace
} // namespace error_report
