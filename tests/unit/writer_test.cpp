// SPDX-License-Identifier: MIT
#include "output/writer.h"

#include "sample.h"

#include <condition_variable>
#include <deque>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <mutex>
#include <string>
#include <vector>

namespace error_report {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

constexpr std::uint64_t instance = 1;
constexpr std::chrono::seconds patience{10};

std::shared_ptr<const Record> record(Record content) {
    return std::make_shared<const Record>(std::move(content));
}

std::shared_ptr<const Record> report(std::uint64_t seq, std::size_t text_size = 0) {
    auto result = test::numbered_report(seq, instance);
    result.text = std::string(text_size, 'x');
    return record(std::move(result));
}

class FakeEncoder final : public Encoder {
  public:
    [[nodiscard]] std::string encode(const Record& content, std::uint64_t now) const override {
        if (const auto* report = std::get_if<Report>(&content))
            return fmt::format("report {}", report->seq);
        if (const auto* lost = std::get_if<Lost>(&content))
            return fmt::format("lost {}-{}", lost->loss.first, lost->loss.last);
        if (const auto* stop = std::get_if<Stop>(&content))
            return fmt::format("stop after {} at {}", stop->reports, now);
        if (const auto* suppressed = std::get_if<Suppressed>(&content))
            return fmt::format("suppressed {}", suppressed->count);
        return {}; // has no word for it
    }
};

// What the sink and the hooks saw, from whichever thread.
class Seen {
  public:
    void add(std::string line) {
        const std::lock_guard lock(mutex_);
        lines_.push_back(std::move(line));
        changed_.notify_all();
    }

    std::vector<std::string> lines() const {
        const std::lock_guard lock(mutex_);
        return lines_;
    }

    // Waits for so many.
    std::vector<std::string> wait(std::size_t count) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, patience, [&] { return lines_.size() >= count; });
        return lines_;
    }

  private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> lines_;
};

// Its answers are given beforehand; without any, it takes everything. While shut it blocks.
class Behaviour {
  public:
    tl::expected<void, SinkError> write(std::string_view frame) {
        std::unique_lock lock(mutex_);
        ++tries_;
        changed_.notify_all();
        changed_.wait(lock, [&] { return !shut_; });
        if (!errors_.empty()) {
            auto error = errors_.front();
            errors_.pop_front();
            return tl::unexpected(error);
        }
        seen.add(std::string(frame));
        return {};
    }

    void fail_with(SinkError error) {
        const std::lock_guard lock(mutex_);
        errors_.push_back(std::move(error));
    }

    void shut(bool value) {
        const std::lock_guard lock(mutex_);
        shut_ = value;
        changed_.notify_all();
    }

    void wait_for_try() {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, patience, [&] { return tries_ != 0; });
    }

    Seen seen;

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<SinkError> errors_;
    bool shut_ = false;
    int tries_ = 0;
};

class FakeSink final : public Sink {
  public:
    explicit FakeSink(std::shared_ptr<Behaviour> behaviour) : behaviour_(std::move(behaviour)) {}

    tl::expected<void, SinkError> write(std::string_view frame) override {
        return behaviour_->write(frame);
    }

    tl::expected<void, SinkError> reopen() override {
        behaviour_->seen.add("reopen");
        return tl::unexpected(SinkError{SinkError::Kind::retry, "cannot reopen"});
    }

  private:
    std::shared_ptr<Behaviour> behaviour_;
};

class WriterTest : public testing::Test {
  protected:
    std::unique_ptr<Writer> make(std::size_t queue_limit = 1 << 20) {
        WriterHooks hooks;
        hooks.clock = [] { return std::uint64_t{42}; };
        hooks.note = [notes = notes_](std::string_view text) { notes->add(std::string(text)); };
        hooks.passed = [passed = passed_](Position position) {
            passed->add(fmt::format("{}", position.seq));
        };
        hooks.died = [died = died_] { died->add("died"); };
        return std::make_unique<Writer>(
            "the sink", std::make_unique<FakeEncoder>(), std::make_unique<FakeSink>(sink_),
            queue_limit, std::nullopt, hooks);
    }

    static bool finish(Writer& writer) {
        writer.finish();
        return writer.wait_until(std::chrono::steady_clock::now() + patience);
    }

    std::shared_ptr<Behaviour> sink_ = std::make_shared<Behaviour>();
    std::shared_ptr<Seen> notes_ = std::make_shared<Seen>();
    std::shared_ptr<Seen> passed_ = std::make_shared<Seen>();
    std::shared_ptr<Seen> died_ = std::make_shared<Seen>();
};

TEST_F(WriterTest, WritesInOrderAndSaysHowFarItGot) {
    const auto writer = make();
    writer->start({});

    writer->push(report(1));
    writer->push(record(Lost{{2, 5, 1, instance}, 5}));
    writer->pass({instance, 6});
    writer->push(record(Stop{}));

    EXPECT_TRUE(finish(*writer));
    EXPECT_THAT(sink_->seen.lines(), ElementsAre("report 1", "lost 2-5", "stop after 1 at 42"));
    EXPECT_THAT(passed_->lines(), ElementsAre("1", "5", "6"));
}

TEST_F(WriterTest, DoesNotWriteWhatIsUpToItsBegin) {
    const auto writer = make();
    writer->start({instance, 1});

    writer->push(report(1));
    writer->push(report(2));

    EXPECT_TRUE(finish(*writer));
    EXPECT_THAT(sink_->seen.lines(), ElementsAre("report 2"));
}

TEST_F(WriterTest, WritesNothingForWhatTheFormatHasNoWordFor) {
    const auto writer = make();
    writer->start({});

    writer->push(record(FamilyDown{}));

    EXPECT_TRUE(finish(*writer));
    EXPECT_THAT(sink_->seen.lines(), IsEmpty());
}

TEST_F(WriterTest, TriesAgainAndSaysSoOnce) {
    const auto writer = make();
    sink_->fail_with({SinkError::Kind::retry, "full"});
    sink_->fail_with({SinkError::Kind::retry, "still full"});
    writer->start({});

    writer->push(report(1));

    EXPECT_TRUE(finish(*writer));
    EXPECT_THAT(sink_->seen.lines(), ElementsAre("report 1"));
    EXPECT_THAT(notes_->lines(), ElementsAre("full", "the sink takes lines again"));
}

TEST_F(WriterTest, AsksForNothingMoreOfADeadSink) {
    const auto writer = make();
    sink_->fail_with({SinkError::Kind::dead, "closed"});
    writer->start({});

    writer->push(report(1));
    died_->wait(1);
    writer->push(report(2));

    EXPECT_FALSE(finish(*writer));
    EXPECT_TRUE(writer->counters().dead);
    EXPECT_EQ(writer->counters().queued, 0U);
    EXPECT_THAT(sink_->seen.lines(), IsEmpty());
    EXPECT_THAT(passed_->lines(), IsEmpty());
    EXPECT_THAT(notes_->lines(), ElementsAre("closed"));
}

TEST_F(WriterTest, CallsLostWhatTheSinkRefusesAndGoesOn) {
    const auto writer = make();
    sink_->fail_with({SinkError::Kind::refused, "too long"});
    writer->start({});

    writer->push(report(1));
    writer->push(report(2));

    EXPECT_TRUE(finish(*writer));
    EXPECT_THAT(sink_->seen.lines(), ElementsAre("lost 1-1", "report 2"));
    EXPECT_THAT(passed_->lines(), ElementsAre("1", "2"));
    EXPECT_THAT(notes_->lines(), ElementsAre("too long"));
    EXPECT_EQ(writer->counters().dropped, 1U);
}

TEST_F(WriterTest, CallsLostWhatACountStandsForThatTheSinkRefuses) {
    const auto writer = make();
    sink_->fail_with({SinkError::Kind::refused, "too long"});
    writer->start({});

    Suppressed suppressed;
    suppressed.count = 3;
    suppressed.seqs = {{2, 3}, {7, 7}};
    writer->push(record(suppressed));

    EXPECT_TRUE(finish(*writer));
    EXPECT_THAT(sink_->seen.lines(), ElementsAre("lost 2-3", "lost 7-7"));
    EXPECT_EQ(writer->counters().dropped, 3U);
}

TEST_F(WriterTest, WritesNoMoreOfTheLogThanAnEarlierRunLeft) {
    const auto writer = make();
    writer->begin_behind({log_instance, 700});
    writer->start({instance, 1});

    for (const std::uint64_t seq : {700U, 701U}) {
        Report recovered;
        recovered.instance = log_instance;
        recovered.seq = seq;
        writer->push(record(recovered));
    }

    EXPECT_TRUE(finish(*writer));
    EXPECT_THAT(sink_->seen.lines(), ElementsAre("report 701"));
}

TEST_F(WriterTest, DiesOfAHangUpOnce) {
    const auto writer = make();
    writer->start({});

    writer->hang_up();
    writer->hang_up();

    EXPECT_THAT(died_->lines(), ElementsAre("died"));
    EXPECT_THAT(notes_->lines(), ElementsAre("the sink was closed by its reader"));
}

TEST_F(WriterTest, NeverMakesTheProducerWaitAndSaysWhatWasLostMeanwhile) {
    const auto writer = make(30'000);
    sink_->shut(true);
    writer->start({});
    writer->push(report(1, 10'000));
    sink_->wait_for_try();

    for (std::uint64_t seq = 2; seq <= 1000; ++seq)
        writer->push(report(seq, 10'000));
    sink_->shut(false);

    EXPECT_TRUE(finish(*writer));
    EXPECT_THAT(
        sink_->seen.lines(), ElementsAre("report 1", "report 2", "report 3", "lost 4-1000"));
    EXPECT_EQ(writer->counters().dropped, 997U);
    EXPECT_THAT(passed_->lines(), ElementsAre("1", "2", "3", "1000"));
}

TEST_F(WriterTest, ReopensBetweenTwoLinesAndSaysWhatFailed) {
    const auto writer = make();
    writer->start({});
    writer->push(report(1));
    sink_->seen.wait(1);

    writer->reopen();
    sink_->seen.wait(2);
    writer->push(report(2));

    EXPECT_TRUE(finish(*writer));
    EXPECT_THAT(sink_->seen.lines(), ElementsAre("report 1", "reopen", "report 2"));
    EXPECT_THAT(notes_->lines(), ElementsAre("cannot reopen"));
}

TEST_F(WriterTest, GoesWithoutItsThreadWhereTheSinkBlocks) {
    auto writer = make();
    sink_->shut(true);
    writer->start({});
    writer->push(report(1));
    sink_->wait_for_try();

    writer->finish();
    EXPECT_FALSE(
        writer->wait_until(std::chrono::steady_clock::now() + std::chrono::milliseconds(50)));
    writer.reset();
    sink_->shut(false);

    EXPECT_THAT(sink_->seen.wait(1), ElementsAre("report 1"));
}

TEST_F(WriterTest, LetsAPatientProducerWaitForRoom) {
    const auto writer = make(30'000);
    writer->start({});

    for (std::uint64_t seq = 1; seq <= 1000; ++seq) {
        while (!writer->wait_for_room(std::chrono::milliseconds(100)))
            ;
        writer->push(report(seq, 10'000));
    }

    EXPECT_TRUE(finish(*writer));
    EXPECT_EQ(writer->counters().dropped, 0U);
    EXPECT_EQ(writer->counters().reports, 1000U);
}

TEST_F(WriterTest, LetsAPatientProducerLookAroundWhileNothingIsTaken) {
    sink_->shut(true);
    const auto writer = make(30'000);
    writer->start({});
    writer->push(report(1, 10'000));
    sink_->wait_for_try(); // it would be in the queue still, and one of the others have no room
    writer->push(report(2, 10'000));
    writer->push(report(3, 10'000));

    EXPECT_FALSE(writer->wait_for_room(std::chrono::milliseconds(1)));
    sink_->shut(false);
}

} // namespace
} // namespace error_report
