// SPDX-License-Identifier: GPL-2.0-only
#include <algorithm>
#include <deque>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pure.h"

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr u32 no_slot = ERROR_REPORT_CAUSE_NO_SLOT;
constexpr u32 ring_full = ERROR_REPORT_CAUSE_RING_FULL;

// Memory, and nothing else, of a ring; checks that nothing is written around it.
class Memory {
  public:
    explicit Memory(u32 size) : words_(size / 8 + 2, guard), size_(size) {}

    ~Memory() {
        EXPECT_EQ(words_.front(), guard);
        EXPECT_EQ(words_.back(), guard);
    }

    Memory(const Memory&) = delete;
    Memory& operator=(const Memory&) = delete;

    char* data() { return reinterpret_cast<char*>(words_.data() + 1); }

    u32 size() const { return size_; }

  private:
    static constexpr u64 guard = 0x6775617264677561;

    std::vector<u64> words_;
    u32 size_;
};

u32 entry_size(size_t text) {
    return static_cast<u32>(offsetof(ern_entry, text) + text + 1 + 7) & ~7u;
}

u32 loss_size() {
    return static_cast<u32>(offsetofend(ern_entry, causes) + 7) & ~7u;
}

ern_report known(u32 flags = 0) {
    ern_report report = {};
    std::strcpy(report.tool, "warning");
    report.flags = flags;
    return report;
}

class Ring : public testing::Test {
  protected:
    Ring() { start_at(0); }

    // As if @position bytes had gone through the ring before.
    void start_at(u64 position) {
        ern_ring_init(&ring, memory.data(), memory.size());
        ring.tail = ring.unsent = ring.head = position;
    }

    void publish(const std::string& text, u32 flags = 0) {
        const ern_report report = known(flags);
        ern_ring_publish(&ring, &report, text.data(), static_cast<u32>(text.size()));
    }

    // The oldest unsent entry as text: "1: text", or "2-3 lost, causes 1".
    std::string send() {
        const ern_entry* entry = ern_ring_unsent(&ring);
        if (!entry)
            return "nothing";
        std::string text = entry->kind == ERN_ENTRY_LOSS
                               ? std::to_string(entry->seq) + '-' + std::to_string(entry->last) +
                                     " lost, causes " + std::to_string(entry->causes)
                               : std::to_string(entry->seq) + ": " + entry->text;
        ern_ring_sent(&ring);
        return text;
    }

    void send_all() {
        while (ern_ring_unsent(&ring))
            ern_ring_sent(&ring);
    }

    // Publishes the same text until the ring has no room for it.
    int fill(const std::string& text) {
        int count = 0;
        for (; !counter(ERN_LOST_RING_FULL); count++)
            publish(text);
        return count - 1;
    }

    // Leaves @free bytes if reports may come so close to the ring's size.
    void fill_but(u32 free) {
        const u64 end = ring.tail + memory.size() - free;
        while (end - ring.head > 2 * entry_size(30000))
            publish(std::string(30000, 'x'));
        // In two, for the memory may end here.
        const u64 to_end = memory.size() - ring.head % memory.size();
        if (to_end > entry_size(0) && to_end + entry_size(0) < end - ring.head)
            publish(std::string(to_end - entry_size(0), 'x'));
        publish(std::string(end - ring.head - entry_size(0), 'x'));
    }

    void expect_every_seq_sent() {
        u64 seq = 0;
        while (const ern_entry* entry = ern_ring_unsent(&ring)) {
            EXPECT_EQ(entry->seq, seq + 1);
            seq = entry->kind == ERN_ENTRY_LOSS ? entry->last : entry->seq;
            ern_ring_sent(&ring);
        }
        EXPECT_EQ(seq, counter(ERN_ENDED));
    }

    const ern_entry* next(ern_cursor& cursor) {
        u32 steps = U32_MAX;
        return ern_ring_next(&ring, &cursor, &steps);
    }

    std::vector<u64> list(u64 from = 0) {
        std::vector<u64> seqs;
        ern_cursor cursor = ern_ring_begin(&ring, from);
        while (const ern_entry* entry = next(cursor)) {
            seqs.push_back(entry->seq);
            ern_ring_skip(&cursor, entry);
        }
        return seqs;
    }

    u64 counter(ern_counter which) const { return ring.stats.counter[which]; }

    Memory memory{ERN_RING_MIN};
    ern_ring ring;
};

TEST_F(Ring, IsEmptyAtFirst) {
    EXPECT_EQ(send(), "nothing");
    EXPECT_THAT(list(), IsEmpty());
    EXPECT_EQ(ern_ring_oldest(&ring), 0u);
    EXPECT_EQ(ring.newest_seq, 0u);
}

TEST_F(Ring, SendsInTheOrderOfSeq) {
    publish("a");
    publish("");
    publish("c");

    EXPECT_EQ(send(), "1: a");
    EXPECT_EQ(send(), "2: ");
    EXPECT_EQ(send(), "3: c");
    EXPECT_EQ(send(), "nothing");
}

TEST_F(Ring, KeepsWhatIsKnownOfAReport) {
    const ern_report report = {
        .id = 1,
        .time_real = 2,
        .time_boot = 3,
        .flags = 4,
        .text_len = 5,
        .cpu = 6,
        .pid = 7,
        .context = 3,
        .tool = "kasan",
        .comm = "fifteen letters"};
    ern_ring_publish(&ring, &report, "text", 4);

    const ern_entry* entry = ern_ring_unsent(&ring);
    EXPECT_EQ(entry->text_len, 4u);
    EXPECT_STREQ(entry->text, "text");
    EXPECT_STREQ(entry->report.tool, "kasan");
    EXPECT_STREQ(entry->report.comm, "fifteen letters");
    EXPECT_EQ(entry->report.id, 1u);
    EXPECT_EQ(entry->report.time_real, 2u);
    EXPECT_EQ(entry->report.time_boot, 3u);
    EXPECT_EQ(entry->report.flags, 4u);
    EXPECT_EQ(entry->report.text_len, 5u);
    EXPECT_EQ(entry->report.cpu, 6u);
    EXPECT_EQ(entry->report.pid, 7u);
    EXPECT_EQ(entry->report.context, 3u);
}

TEST_F(Ring, RemembersWhatWasSent) {
    publish("a");
    publish("b");
    send_all();

    EXPECT_THAT(list(), ElementsAre(1, 2));
    EXPECT_EQ(ring.reports, 2u);
}

TEST_F(Ring, CountsFlagsOfPublishedReports) {
    publish("", ERROR_REPORT_FLAG_TRUNCATED | ERROR_REPORT_FLAG_NO_EVENT);
    publish("", ERROR_REPORT_FLAG_TRUNCATED | ERROR_REPORT_FLAG_UNTERMINATED);
    publish("", ERROR_REPORT_FLAG_NO_TEXT);
    publish("");

    EXPECT_EQ(counter(ERN_TRUNCATED), 2u);
    EXPECT_EQ(counter(ERN_NO_EVENT), 1u);
    EXPECT_EQ(counter(ERN_UNTERMINATED), 1u);
    EXPECT_EQ(counter(ERN_NO_TEXT), 1u);
    EXPECT_EQ(counter(ERN_PUBLISHED), 4u);
    EXPECT_EQ(counter(ERN_ENDED), 4u);
}

// Eviction and loss.

TEST_F(Ring, NeverOverwritesWhatWasNotSent) {
    const std::string text(1000, 'x');
    const int published = fill(text);

    EXPECT_EQ(counter(ERN_PUBLISHED), static_cast<u64>(published));
    EXPECT_EQ(ring.evicted_seq, 0u);
    for (int i = 1; i <= published; i++)
        ASSERT_EQ(send(), std::to_string(i) + ": " + text);
    EXPECT_EQ(
        send(),
        std::to_string(published + 1) + "-" + std::to_string(published + 1) + " lost, causes 2");
}

TEST_F(Ring, EvictsTheOldestWhenRoomIsNeeded) {
    const std::string text(1000, 'x');
    const auto published = static_cast<u64>(fill(text));
    send_all();
    publish(text);
    publish(text);

    EXPECT_EQ(ring.newest_seq, published + 3);
    EXPECT_EQ(ern_ring_oldest(&ring), ring.evicted_seq + 1);
    EXPECT_LE(ring.evicted_seq, 3u);
    EXPECT_EQ(ring.reports, list().size());
}

TEST_F(Ring, EvictsNoMoreThanWasSent) {
    const std::string text(1000, 'x');
    fill(text);
    send();
    send();
    publish(text);
    publish(text);
    publish(text);

    EXPECT_LE(ring.evicted_seq, 2u);
    EXPECT_EQ(send(), "3: " + text);
}

TEST_F(Ring, IsUsedUpToTheReserve) {
    const std::string text(1000, 'x');
    fill(text);

    EXPECT_GE(ring.head - ring.tail + entry_size(text.size()) + 2 * loss_size(), memory.size());
}

TEST_F(Ring, LossesInARowAreOneEntryWithEveryCause) {
    publish("a");
    ern_ring_lose(&ring, 2, no_slot);
    ern_ring_lose(&ring, 1, ring_full);
    ern_ring_lose(&ring, 1, no_slot);
    publish("b");

    EXPECT_EQ(send(), "1: a");
    EXPECT_EQ(send(), "2-5 lost, causes 3");
    EXPECT_EQ(send(), "6: b");
    EXPECT_EQ(counter(ERN_LOST_NO_SLOT), 3u);
    EXPECT_EQ(counter(ERN_LOST_RING_FULL), 1u);
}

TEST_F(Ring, LossThatWasSentDoesNotGrow) {
    ern_ring_lose(&ring, 1, no_slot);
    EXPECT_EQ(send(), "1-1 lost, causes 1");
    ern_ring_lose(&ring, 1, ring_full);

    EXPECT_EQ(send(), "2-2 lost, causes 2");
}

TEST_F(Ring, LossBehindAReportThatWasNotSentDoesNotExtendAnEarlierLoss) {
    ern_ring_lose(&ring, 1, no_slot);
    publish("a");
    ern_ring_lose(&ring, 1, no_slot);

    EXPECT_EQ(send(), "1-1 lost, causes 1");
    EXPECT_EQ(send(), "2: a");
    EXPECT_EQ(send(), "3-3 lost, causes 1");
}

TEST_F(Ring, FullRingStillTellsItsLosses) {
    const int published = fill("x");
    ern_ring_lose(&ring, 5, no_slot);
    for (int i = 0; i < published; i++)
        send();

    EXPECT_EQ(
        send(),
        std::to_string(published + 1) + "-" + std::to_string(published + 6) + " lost, causes 3");
}

// The end of the memory.

TEST_F(Ring, LongestTextFitsTheLeastRingWhereverItsMemoryEnds) {
    const std::string longest(ERN_TEXT_MAX, 'x');
    for (u64 position = 0; position < memory.size(); position += 1016) {
        start_at(position);
        publish(longest);
        EXPECT_EQ(send(), "1: " + longest) << "at " << position;
        publish(longest);
        EXPECT_EQ(send(), "2: " + longest) << "at " << position;
    }
    EXPECT_EQ(ring.max_text, ERN_TEXT_MAX);
}

TEST_F(Ring, PadsOfEverySizeAreSkipped) {
    const u32 size = entry_size(100);
    const std::string text(100, 'x');
    for (u32 room = 0; room <= size + 8; room += 8) {
        start_at(memory.size() - room);
        publish(text);
        publish("b");
        EXPECT_THAT(list(), ElementsAre(1, 2)) << room << " bytes before the end";
        EXPECT_EQ(send(), "1: " + text);
        EXPECT_EQ(send(), "2: b");
        EXPECT_EQ(send(), "nothing");
    }
}

TEST_F(Ring, EntryThatJustFitsTheEndGetsNoPad) {
    start_at(memory.size() - entry_size(100));
    publish(std::string(100, 'x'));

    EXPECT_EQ(ring.head, memory.size());
}

TEST_F(Ring, LossAlwaysFindsRoomHoweverFullTheRingAndWhereverItsMemoryEnds) {
    for (u32 room = 0; room <= loss_size(); room += 8) {
        for (u32 free = 0; free <= 3 * loss_size(); free += 8) {
            start_at(2 * u64{memory.size()} - room - (memory.size() - free));
            fill_but(free);
            ern_ring_lose(&ring, 1, no_slot);
            expect_every_seq_sent();
            ASSERT_FALSE(HasFailure()) << free << " bytes free, " << room << " before the end";
        }
    }
}

TEST_F(Ring, LossIsTakenAcrossPadsOfEverySize) {
    for (u32 room = 0; room <= loss_size() + 8; room += 8) {
        start_at(memory.size() - room);
        ern_ring_lose(&ring, 1, no_slot);
        ern_ring_lose(&ring, 1, no_slot);
        publish("a");
        EXPECT_EQ(send(), "1-2 lost, causes 1") << room << " bytes before the end";
        EXPECT_EQ(send(), "3: a");
    }
}

// Readers.

TEST_F(Ring, CursorBeginsAtTheSeqThatIsWanted) {
    for (int i = 0; i < 4; i++)
        publish("x");
    ern_ring_lose(&ring, 1, no_slot);
    publish("x");

    EXPECT_THAT(list(0), ElementsAre(1, 2, 3, 4, 6));
    EXPECT_THAT(list(3), ElementsAre(3, 4, 6));
    EXPECT_THAT(list(5), ElementsAre(6));
    EXPECT_THAT(list(7), IsEmpty());
    EXPECT_THAT(list(UINT64_MAX), IsEmpty());
}

TEST_F(Ring, CursorStaysInFrontOfWhatItReturned) {
    publish("a");
    publish("b");
    ern_cursor cursor = ern_ring_begin(&ring, 0);

    EXPECT_EQ(next(cursor)->seq, 1u);
    EXPECT_EQ(next(cursor)->seq, 1u);
    ern_ring_skip(&cursor, next(cursor));
    EXPECT_EQ(next(cursor)->seq, 2u);
}

TEST_F(Ring, CursorAtTheEndSeesWhatComes) {
    publish("a");
    ern_cursor cursor = ern_ring_begin(&ring, 0);
    ern_ring_skip(&cursor, next(cursor));
    EXPECT_FALSE(next(cursor));

    publish("b");
    EXPECT_EQ(next(cursor)->seq, 2u);
}

TEST_F(Ring, CursorTakesNoMoreStepsThanItMay) {
    for (int i = 0; i < 5; i++)
        publish("x");
    ern_cursor cursor = ern_ring_begin(&ring, 4);
    u32 steps = 2;
    EXPECT_FALSE(ern_ring_next(&ring, &cursor, &steps));
    EXPECT_EQ(steps, 0u);

    steps = 2;
    EXPECT_EQ(ern_ring_next(&ring, &cursor, &steps)->seq, 4u);
    EXPECT_EQ(steps, 1u);
}

TEST_F(Ring, CursorKnowsThatWantedReportsWereEvicted) {
    publish("a");
    ern_cursor cursor = ern_ring_begin(&ring, 0);
    send_all();
    while (!ring.evicted_seq) {
        publish(std::string(1000, 'x'));
        send_all();
    }

    EXPECT_EQ(next(cursor)->seq, ring.evicted_seq + 1);
    EXPECT_TRUE(cursor.skipped);
}

TEST_F(Ring, EvictionBehindTheReaderOrOfWhatItDidNotWantIsNoSkip) {
    publish(std::string(1000, 'a')); // makes room by itself
    publish("b");
    ern_cursor passed = ern_ring_begin(&ring, 0);
    ern_ring_skip(&passed, next(passed));
    ern_cursor second = ern_ring_begin(&ring, 2);
    send_all();
    while (!ring.evicted_seq) {
        publish("x");
        send_all();
    }
    ASSERT_EQ(ring.evicted_seq, 1u);

    EXPECT_EQ(next(passed)->seq, 2u);
    EXPECT_FALSE(passed.skipped);
    EXPECT_EQ(next(second)->seq, 2u);
    EXPECT_FALSE(second.skipped);
}

TEST_F(Ring, EvictionOfALossIsNoSkip) {
    publish(std::string(1000, 'a')); // makes room by itself
    ern_ring_lose(&ring, 1, no_slot);
    send_all();
    while (!ring.evicted_seq) {
        publish("x");
        send_all();
    }
    ASSERT_EQ(ring.evicted_seq, 1u);
    ern_cursor cursor = ern_ring_begin(&ring, 1);
    for (const u64 tail = ring.tail; ring.tail == tail; send_all())
        ern_ring_lose(&ring, 1, no_slot);
    ASSERT_EQ(ring.evicted_seq, 1u);

    EXPECT_EQ(next(cursor)->seq, 3u);
    EXPECT_FALSE(cursor.skipped);
}

TEST_F(Ring, ReaderWhoBeganAfterAnEvictionSkippedNothing) {
    while (!ring.evicted_seq) {
        publish(std::string(1000, 'x'));
        send_all();
    }
    ern_cursor cursor = ern_ring_begin(&ring, 1);

    EXPECT_EQ(next(cursor)->seq, ring.evicted_seq + 1);
    EXPECT_FALSE(cursor.skipped);
}

// Against a model, through random sizes.

struct Expected {
    bool loss;
    u64 first;
    u64 last;
    u32 causes;
    std::string text;
};

struct ModelRow {
    const char* name;
    u32 seed;
    u64 position;
    u32 longest;
    u32 send_percent;
};

class RingModel : public testing::TestWithParam<ModelRow> {
  protected:
    RingModel() : random_(GetParam().seed) {
        ern_ring_init(&ring_, memory_.data(), memory_.size());
        ring_.tail = ring_.unsent = ring_.head = GetParam().position;
        cursor_ = ern_ring_begin(&ring_, 0);
    }

    u32 draw(u32 end) { return static_cast<u32>(random_() % end); }

    void publish() {
        std::string text(draw(GetParam().longest + 1), '\0');
        for (char& c : text)
            c = static_cast<char>('!' + draw(90));
        const u64 published = ring_.stats.counter[ERN_PUBLISHED];
        const ern_report report = known();
        ern_ring_publish(&ring_, &report, text.data(), static_cast<u32>(text.size()));
        if (ring_.stats.counter[ERN_PUBLISHED] == published) {
            // It must have been full indeed, unsent entries and reserve alone.
            const u64 used = ring_.head - ring_.unsent;
            EXPECT_GT(used + 2 * entry_size(text.size()) + 3 * loss_size(), memory_.size());
            expect_loss(1, ring_full);
            return;
        }
        ended_++;
        unsent_.push_back({false, ended_, ended_, 0, text});
        kept_.push_back({false, ended_, ended_, 0, text});
    }

    void lose() {
        const u32 count = 1 + draw(3);
        ern_ring_lose(&ring_, count, no_slot);
        expect_loss(count, no_slot);
    }

    void expect_loss(u32 count, u32 cause) {
        if (unsent_.empty() || !unsent_.back().loss)
            unsent_.push_back({true, ended_ + 1, 0, 0, ""});
        ended_ += count;
        unsent_.back().last = ended_;
        unsent_.back().causes |= cause;
    }

    void send() {
        const ern_entry* entry = ern_ring_unsent(&ring_);
        ASSERT_EQ(entry != nullptr, !unsent_.empty());
        if (!entry)
            return;
        const Expected& expected = unsent_.front();
        ASSERT_EQ(entry->seq, expected.first);
        ASSERT_EQ(entry->kind == ERN_ENTRY_LOSS, expected.loss);
        if (expected.loss) {
            ASSERT_EQ(entry->last, expected.last);
            ASSERT_EQ(entry->causes, expected.causes);
        } else {
            ASSERT_EQ(std::string(entry->text, entry->text_len), expected.text);
        }
        ern_ring_sent(&ring_);
        unsent_.pop_front();
    }

    // What the ring retains is the newest of what was published, byte for byte.
    void check_history() {
        while (!kept_.empty() && kept_.front().first <= ring_.evicted_seq)
            kept_.pop_front();
        ern_cursor cursor = ern_ring_begin(&ring_, 0);
        for (const Expected& expected : kept_) {
            u32 steps = U32_MAX;
            const ern_entry* entry = ern_ring_next(&ring_, &cursor, &steps);
            ASSERT_TRUE(entry);
            ASSERT_EQ(entry->seq, expected.first);
            ASSERT_EQ(std::string(entry->text), expected.text);
            ern_ring_skip(&cursor, entry);
        }
        ASSERT_EQ(ring_.reports, kept_.size());
        ASSERT_EQ(ern_ring_oldest(&ring_), kept_.empty() ? 0 : kept_.front().first);
    }

    // A reader that falls behind now and then.
    void read() {
        for (u32 i = draw(8); i; i--) {
            const u64 wanted = cursor_.seq;
            u32 steps = 1 + draw(4);
            cursor_.skipped = false;
            const ern_entry* entry = ern_ring_next(&ring_, &cursor_, &steps);
            ASSERT_EQ(cursor_.skipped && wanted > ring_.evicted_seq, false);
            if (!entry)
                return;
            const auto at = std::find_if(kept_.begin(), kept_.end(), [&](const Expected& kept) {
                return kept.first >= std::max(wanted, ring_.evicted_seq + 1);
            });
            ASSERT_NE(at, kept_.end());
            ASSERT_EQ(entry->seq, at->first);
            ern_ring_skip(&cursor_, entry);
        }
    }

    void check_invariants() {
        const u64* counter = ring_.stats.counter;
        ASSERT_EQ(counter[ERN_ENDED], ended_);
        ASSERT_EQ(
            counter[ERN_ENDED],
            counter[ERN_PUBLISHED] + counter[ERN_LOST_NO_SLOT] + counter[ERN_LOST_RING_FULL]);
        ASSERT_LE(ring_.tail, ring_.unsent);
        ASSERT_LE(ring_.unsent, ring_.head);
        ASSERT_LE(ring_.head - ring_.tail, ring_.size);
        if (!unsent_.empty()) {
            ASSERT_LT(ring_.evicted_seq, unsent_.front().first);
        }
    }

    Memory memory_{ERN_RING_MIN};
    ern_ring ring_;
    std::mt19937 random_;
    u64 ended_ = 0;
    std::deque<Expected> unsent_;
    std::deque<Expected> kept_; // published, and not evicted when last looked
    ern_cursor cursor_;
};

TEST_P(RingModel, HoldsAtEveryStep) {
    for (int step = 0; step < 6000; step++) {
        SCOPED_TRACE(step);
        const u32 dice = draw(100);
        if (dice < GetParam().send_percent)
            send();
        else if (dice < 95)
            publish();
        else
            lose();
        check_invariants();
        if (step % 64 == 0)
            check_history();
        read();
        if (HasFatalFailure())
            return;
    }
    while (!unsent_.empty())
        ASSERT_NO_FATAL_FAILURE(send());
    EXPECT_FALSE(ern_ring_unsent(&ring_));
}

constexpr u64 four_gib = 1ull << 32;

INSTANTIATE_TEST_SUITE_P(
    Rows, RingModel,
    testing::Values(
        ModelRow{"Short", 1, 0, 64, 46}, ModelRow{"ShortSlowWorker", 2, 0, 64, 10},
        ModelRow{"Medium", 3, 0, 4000, 46}, ModelRow{"MediumSlowWorker", 4, 0, 4000, 30},
        ModelRow{"Longest", 5, 0, ERN_TEXT_MAX, 46},
        ModelRow{"LongestSlowWorker", 6, 0, ERN_TEXT_MAX, 30},
        ModelRow{"PositionsPass4GiB", 7, four_gib - 100 * 1024, 4000, 46},
        ModelRow{"SlowWorkerWhilePositionsPass4GiB", 8, four_gib - 100 * 1024, 4000, 30},
        ModelRow{"PositionsFarBeyond4GiB", 9, 1000 * four_gib + 8, 4000, 46}),
    [](const auto& info) { return info.param.name; });

} // namespace
