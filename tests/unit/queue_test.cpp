// SPDX-License-Identifier: MIT
#include "output/queue.h"

#include "report/names.h"
#include "sample.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <linux/error_report.h>
#include <string>
#include <vector>

namespace error_report {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint64_t instance = 1;
constexpr std::size_t text_size = 10'000;
// Two reports and no third.
constexpr std::size_t limit = 3 * text_size;

std::shared_ptr<const Record> record(Record content) {
    return std::make_shared<const Record>(std::move(content));
}

std::shared_ptr<const Record> report(std::uint64_t seq, std::uint64_t of = instance) {
    auto result = test::numbered_report(seq, of);
    result.text = std::string(text_size, 'x');
    return record(std::move(result));
}

std::shared_ptr<const Record> lost(std::uint64_t first, std::uint64_t last) {
    return record(Lost{{first, last, ERROR_REPORT_CAUSE_NO_SLOT, instance}, last});
}

std::string line(const Lost& lost) {
    return fmt::format(
        "lost {}-{} {}", lost.loss.first, lost.loss.last,
        fmt::join(cause_names(lost.loss.causes), "+"));
}

std::string line(const std::shared_ptr<const Record>& content) {
    if (const auto* report = std::get_if<Report>(content.get()))
        return fmt::format("report {}", report->seq);
    if (const auto* lost = std::get_if<Lost>(content.get()))
        return line(*lost);
    return "meta";
}

std::string line(const Position& position) {
    return fmt::format("passed {}", position.seq);
}

std::vector<std::string> drain(Queue& queue) {
    std::vector<std::string> result;
    while (auto item = queue.pop())
        result.push_back(std::visit([](const auto& content) { return line(content); }, *item));
    return result;
}

TEST(QueueTest, GivesBackInOrder) {
    Queue queue(limit);

    queue.push(report(1));
    queue.push(lost(2, 3));
    queue.push(report(4));

    EXPECT_THAT(drain(queue), ElementsAre("report 1", "lost 2-3 no_slot", "report 4"));
    EXPECT_EQ(queue.bytes(), 0U);
}

TEST(QueueTest, MakesOneLossOfWhatFindsNoRoom) {
    Queue queue(limit);

    for (std::uint64_t seq = 1; seq <= 100; ++seq)
        queue.push(report(seq));

    EXPECT_EQ(queue.dropped(), 98U);
    EXPECT_THAT(drain(queue), ElementsAre("report 1", "report 2", "lost 3-100 queue_full"));
}

TEST(QueueTest, KeepsTheKernelsOwnLossApartWhileThereIsRoom) {
    Queue queue(limit);

    for (std::uint64_t seq = 1; seq <= 3; ++seq)
        queue.push(report(seq));
    queue.push(record(Lost{{4, 6, ERROR_REPORT_CAUSE_NO_SLOT, instance}, 6}));

    EXPECT_THAT(
        drain(queue),
        ElementsAre("report 1", "report 2", "lost 3-3 queue_full", "lost 4-6 no_slot"));
}

TEST(QueueTest, TakesReportsAgainOnceThereIsRoom) {
    Queue queue(limit);
    for (std::uint64_t seq = 1; seq <= 4; ++seq)
        queue.push(report(seq));

    queue.pop();
    queue.push(report(5));

    EXPECT_THAT(drain(queue), ElementsAre("report 2", "lost 3-4 queue_full", "report 5"));
}

TEST(QueueTest, KeepsTheLossesOfTwoInstancesApart) {
    Queue queue(limit);

    for (std::uint64_t seq = 1; seq <= 3; ++seq)
        queue.push(report(seq));
    queue.push(report(1, 2));

    EXPECT_THAT(
        drain(queue),
        ElementsAre("report 1", "report 2", "lost 3-3 queue_full", "lost 1-1 queue_full"));
}

TEST(QueueTest, StaysBoundedWhateverComes) {
    Queue queue(limit);

    for (std::uint64_t seq = 1; seq <= 100'000; ++seq) {
        queue.push(report(seq, seq % 2));
        queue.push(record(FamilyDown{}));
        queue.pass({instance, seq});
    }

    EXPECT_LT(queue.bytes(), limit + 2 * 65536);
}

TEST(QueueTest, DoesNotTakeWhatAnEarlierRunHasWritten) {
    Queue queue(limit);
    queue.begin_behind({instance, 5});

    queue.push(lost(1, 2));
    queue.push(report(3));
    queue.push(lost(4, 8));
    queue.push(report(9));
    queue.push(report(1, 2));

    EXPECT_THAT(drain(queue), ElementsAre("lost 6-8 no_slot", "report 9", "report 1"));
}

TEST(QueueTest, RemembersOnlyTheLatestThatWasPassedOver) {
    Queue queue(limit);

    queue.pass({instance, 1});
    queue.pass({instance, 2});
    queue.push(report(3));
    queue.pass({instance, 4});

    EXPECT_THAT(drain(queue), ElementsAre("passed 2", "report 3", "passed 4"));
}

TEST(QueueTest, ForgetsEverythingWhenCleared) {
    Queue queue(limit);
    queue.push(report(1));

    queue.clear();

    EXPECT_THAT(drain(queue), IsEmpty());
    EXPECT_EQ(queue.bytes(), 0U);
}

std::shared_ptr<const Record> suppressed(std::vector<SeqRange> seqs) {
    Suppressed result;
    result.instance = instance;
    result.count = seqs.size();
    result.seqs = std::move(seqs);
    return record(std::move(result));
}

TEST(QueueTest, HasRoomForACountWhereThereIsNoneForAReport) {
    Queue queue(limit);
    for (std::uint64_t seq = 1; seq <= 3; ++seq)
        queue.push(report(seq));

    queue.push(suppressed({{4, 9}}));

    EXPECT_THAT(drain(queue), ElementsAre("report 1", "report 2", "lost 3-3 queue_full", "meta"));
}

TEST(QueueTest, SaysWhichReportsACountStoodForThatFindsNoRoom) {
    Queue queue(limit);
    std::uint64_t seq = 1;
    for (; seq <= 3; ++seq)
        queue.push(report(seq));
    for (; seq <= 1000; ++seq)
        queue.push(suppressed({{seq, seq}}));

    const auto lines = drain(queue);

    EXPECT_LT(lines.size(), 500U);
    EXPECT_EQ(lines.back().substr(lines.back().find('-')), "-1000 queue_full");
    EXPECT_EQ(queue.dropped() + lines.size() - 2, 1000U);
}

} // namespace
} // namespace error_report
