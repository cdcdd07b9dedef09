// SPDX-License-Identifier: MIT
#include "parse/dedup.h"

#include <gmock/gmock.h>
#include <string>

namespace error_report {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::uint64_t window = 100;

Sighting sighting(std::string fingerprint, std::uint64_t seq) {
    return {
        .fingerprint = std::move(fingerprint),
        .title = "KASAN in a",
        .instance = 9,
        .seq = seq,
        .time = 1000 + seq};
}

TEST(Dedup, PassesTheFirstAndCountsTheOthers) {
    Dedup dedup(window);

    EXPECT_TRUE(dedup.take(sighting("1:a", 1), 0).pass);
    EXPECT_FALSE(dedup.take(sighting("1:a", 2), 10).pass);
    EXPECT_FALSE(dedup.take(sighting("1:a", 3), 20).pass);
    EXPECT_TRUE(dedup.take(sighting("1:b", 4), 30).pass);

    EXPECT_THAT(
        dedup.expire(window),
        ElementsAre(Suppressed{9, 4, "1:a", "KASAN in a", 2, {{2, 3}}, 1002, 1003}));
}

TEST(Dedup, PassesTheNextAfterTheWindow) {
    Dedup dedup(window);
    dedup.take(sighting("1:a", 1), 0);
    dedup.take(sighting("1:a", 2), 99);

    const auto verdict = dedup.take(sighting("1:a", 3), 100);

    EXPECT_TRUE(verdict.pass);
    ASSERT_THAT(verdict.ended, SizeIs(1));
    EXPECT_EQ(verdict.ended[0].count, 1);
}

TEST(Dedup, TellsFingerprintsApart) {
    Dedup dedup(window);

    EXPECT_TRUE(dedup.take(sighting("1:a", 1), 0).pass);
    EXPECT_TRUE(dedup.take(sighting("1:b", 2), 0).pass);
    EXPECT_FALSE(dedup.take(sighting("1:a", 3), 1).pass);

    EXPECT_THAT(dedup.finish(), SizeIs(1));
}

TEST(Dedup, SaysNothingOfAWindowWithoutRepeats) {
    Dedup dedup(window);
    dedup.take(sighting("1:a", 1), 0);

    EXPECT_THAT(dedup.expire(window), IsEmpty());
}

TEST(Dedup, NamesExactlyTheSeqsThatItKept) {
    Dedup dedup(window);
    dedup.take(sighting("1:a", 1), 0);
    for (const std::uint64_t seq : {2U, 3U, 7U, 9U, 10U})
        dedup.take(sighting("1:a", seq), 1);

    const auto ended = dedup.finish();

    ASSERT_THAT(ended, SizeIs(1));
    EXPECT_THAT(ended[0].seqs, ElementsAre(SeqRange{2, 3}, SeqRange{7, 7}, SeqRange{9, 10}));
}

TEST(Dedup, EndsAWindowEarlyRatherThanForgetSeqs) {
    Dedup dedup(window);
    dedup.take(sighting("1:a", 1), 0);
    std::uint64_t seq = 3;
    for (std::size_t i = 0; i < Dedup::most_ranges; ++i, seq += 2)
        EXPECT_FALSE(dedup.take(sighting("1:a", seq), 1).pass);

    const auto verdict = dedup.take(sighting("1:a", seq), 1);

    EXPECT_TRUE(verdict.pass);
    ASSERT_THAT(verdict.ended, SizeIs(1));
    EXPECT_EQ(verdict.ended[0].count, Dedup::most_ranges);
}

TEST(Dedup, EndsTheOldestWindowRatherThanGrow) {
    Dedup dedup(window);
    dedup.take(sighting("1:oldest", 1), 0);
    dedup.take(sighting("1:oldest", 2), 0);
    for (std::size_t i = 1; i < Dedup::most_windows; ++i)
        EXPECT_THAT(dedup.take(sighting("1:" + std::to_string(i), 2 + i), 0).ended, IsEmpty());

    const auto verdict = dedup.take(sighting("1:newest", 5000), 0);

    ASSERT_THAT(verdict.ended, SizeIs(1));
    EXPECT_EQ(verdict.ended[0].fingerprint, "1:oldest");
}

// Every SEQ is passed or in exactly one Suppressed.
TEST(Dedup, LosesNothing) {
    Dedup dedup(window);
    std::uint64_t counted = 0;
    const auto count = [&](const std::vector<Suppressed>& ended) {
        for (const auto& one : ended)
            for (const auto& range : one.seqs)
                counted += range.last - range.first + 1;
    };
    constexpr std::uint64_t reports = 100000;
    for (std::uint64_t seq = 1; seq <= reports; ++seq) {
        const auto verdict =
            dedup.take(sighting("1:" + std::to_string(seq * seq % 2999), seq), seq / 7);
        counted += verdict.pass ? 1 : 0;
        count(verdict.ended);
    }
    count(dedup.finish());

    EXPECT_EQ(counted, reports);
}

} // namespace
} // namespace error_report
