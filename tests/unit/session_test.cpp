// SPDX-License-Identifier: MIT
#include "cli/session.h"

#include "sample.h"

#include <csignal>
#include <deque>
#include <fmt/format.h>
#include <fstream>
#include <gmock/gmock.h>
#include <map>
#include <string>
#include <unistd.h>

namespace error_report {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::uint64_t instance = 1;
constexpr std::uint64_t reloaded = 2;

Report report(std::uint64_t seq, std::uint64_t of = instance) {
    return test::numbered_report(seq, of);
}

// Yields the events it was given and then, once they are taken, does what is to happen next.
class FakeSource final : public Source {
  public:
    [[nodiscard]] std::vector<pollfd> waits() const override { return {}; }

    Result<std::optional<Event>> receive() override {
        if (broken)
            return fail("broken");
        if (events.empty()) {
            if (const auto next = std::exchange(when_empty, nullptr))
                next();
            return std::nullopt;
        }
        auto event = std::move(events.front());
        events.pop_front();
        if (std::holds_alternative<FamilyCame>(event))
            now = reloaded;
        return event;
    }

    Result<Status> status() override {
        Status result;
        result.instance = now;
        result.ended = ended[now];
        return result;
    }

    Result<void> retained(std::uint64_t, const ReportHandler&) override { return {}; }

    Result<void> reopen() override {
        if (privileged)
            return {};
        return fail(ErrorKind::privilege, "no");
    }

    std::deque<Event> events;
    std::function<void()> when_empty;
    std::map<std::uint64_t, std::uint64_t> ended;
    std::uint64_t now = instance;
    bool privileged = false;
    bool broken = false;
};

class FakeEncoder final : public Encoder {
  public:
    [[nodiscard]] std::string encode(const Record& record, std::uint64_t) const override {
        return std::visit([](const auto& content) { return line(content); }, record);
    }

  private:
    static std::string line(const Start& start) { return fmt::format("start {}", start.from); }

    static std::string line(const Report& report) { return fmt::format("report {}", report.seq); }

    static std::string line(const Lost& lost) {
        return fmt::format("lost {}-{}", lost.loss.first, lost.loss.last);
    }

    static std::string line(const Resync&) { return "resync"; }

    static std::string line(const FamilyDown& down) {
        return fmt::format("down {}", down.instance);
    }

    static std::string line(const FamilyUp& up) { return fmt::format("up {}", up.instance); }

    static std::string line(const Suppressed& suppressed) {
        return fmt::format("suppressed {}", suppressed.count);
    }

    static std::string line(const Stop& stop) {
        return fmt::format(
            "stop {} {} {}", stop.reason, stop.to,
            stop.report_count ? fmt::format("of {}", *stop.report_count) : "of unknown");
    }
};

class FakeSink final : public Sink {
  public:
    FakeSink(std::vector<std::string>& lines, const bool& dead) : lines_(lines), dead_(dead) {}

    tl::expected<void, SinkError> write(std::string_view frame) override {
        if (dead_)
            return tl::unexpected(SinkError{SinkError::Kind::dead, "dead"});
        lines_.emplace_back(frame);
        return {};
    }

  private:
    std::vector<std::string>& lines_;
    const bool& dead_;
};

class SessionTest : public testing::Test {
  protected:
    Result<void> run(SessionOptions options = {}) {
        const auto signals = Signals::block();
        const auto died = *Wakeup::make();
        WriterHooks hooks;
        hooks.clock = [] { return std::uint64_t{0}; };
        hooks.note = [](std::string_view) {};
        hooks.passed = [](Position) {};
        hooks.died = [died] { died->raise(); };
        Broadcast::Writers writers;
        writers.push_back(std::make_unique<Writer>(
            "output", std::make_unique<FakeEncoder>(), std::make_unique<FakeSink>(lines_, dead_),
            1 << 20, std::nullopt, hooks));
        Broadcast broadcast(writers, {}, [](std::string_view) {});
        const Service service;
        return Session(source_, broadcast, writers, *signals, *died, service, std::move(options))
            .run();
    }

    FakeSource source_;
    std::vector<std::string> lines_;
    bool dead_ = false;
};

TEST_F(SessionTest, EndsAtTheCount) {
    source_.events = {report(1), report(2), report(3)};
    source_.ended[instance] = 0;

    EXPECT_TRUE(run({.count = 2}));

    EXPECT_THAT(lines_, ElementsAre("start 1", "report 1", "report 2", "stop count 2 of 0"));
}

TEST_F(SessionTest, EndsWithTheRecording) {
    source_.events = {report(1), Ended{}};
    source_.when_empty = [] { FAIL() << "asked for more than there is"; };

    EXPECT_TRUE(run());

    EXPECT_THAT(lines_, ElementsAre("start 1", "report 1", "stop end 1 of 0"));
}

TEST_F(SessionTest, EndsAtASignalWithEverythingThatHadEnded) {
    source_.events = {report(1)};
    source_.when_empty = [&] {
        source_.ended[instance] = 2;
        source_.events = {report(2), report(3)};
        kill(getpid(), SIGTERM);
    };

    EXPECT_TRUE(run());

    EXPECT_THAT(lines_, ElementsAre("start 1", "report 1", "report 2", "stop SIGTERM 2 of 2"));
}

TEST_F(SessionTest, GoesOnAfterSighup) {
    source_.when_empty = [&] {
        kill(getpid(), SIGHUP);
        source_.events = {report(1)};
    };

    EXPECT_TRUE(run({.count = 1}));

    EXPECT_THAT(lines_, ElementsAre("start 1", "report 1", "stop count 1 of 0"));
}

TEST_F(SessionTest, ResumesOnAReloadedModuleIfItMay) {
    source_.privileged = true;
    source_.events = {report(1), FamilyGone{}, FamilyCame{}, report(1, reloaded)};

    EXPECT_TRUE(run({.count = 2}));

    EXPECT_THAT(
        lines_,
        ElementsAre("start 1", "report 1", "down 1", "up 2", "report 1", "stop count 1 of 0"));
}

TEST_F(SessionTest, AsksToBeStartedAgainWhereItMayNotJoinAReloadedModule) {
    source_.events = {report(1), FamilyGone{}, FamilyCame{}};

    const auto done = run();

    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::reloaded);
    EXPECT_THAT(
        lines_, ElementsAre("start 1", "report 1", "down 1", "up 2", "stop reload 1 of unknown"));
}

TEST_F(SessionTest, StopsWhileTheModuleIsUnloaded) {
    source_.events = {FamilyGone{}};
    source_.when_empty = [] { kill(getpid(), SIGINT); };

    EXPECT_TRUE(run());

    EXPECT_THAT(lines_, ElementsAre("start 1", "down 1", "stop SIGINT 0 of unknown"));
}

TEST_F(SessionTest, FailsWhenNobodyListensAnyMore) {
    dead_ = true;

    const auto done = run();

    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().message, HasSubstr("every output is closed"));
}

Report warning(std::uint64_t seq, const std::string& function, std::uint64_t of = instance) {
    auto result = report(seq, of);
    result.text = "WARNING: CPU: 0 PID: 1 at a.c:1 " + function +
                  "+0x1/0x2\nRIP: 0010:" + function + "+0x1/0x2\n";
    return result;
}

TEST_F(SessionTest, CountsRepeatsInsteadOfWritingThem) {
    source_.events = {warning(1, "f"), warning(2, "f"), warning(3, "g"), warning(4, "f"), Ended{}};

    EXPECT_TRUE(run({.dedup = std::chrono::hours(1)}));

    EXPECT_THAT(
        lines_, ElementsAre("start 1", "report 1", "report 3", "suppressed 2", "stop end 4 of 0"));
}

TEST_F(SessionTest, SaysWhatRepeatedBeforeTheModuleWent) {
    source_.privileged = true;
    source_.events = {
        warning(1, "f"), warning(2, "f"), FamilyGone{}, FamilyCame{}, warning(1, "f", reloaded)};

    EXPECT_TRUE(run({.count = 3, .dedup = std::chrono::hours(1)}));

    EXPECT_THAT(
        lines_, ElementsAre(
                    "start 1", "report 1", "suppressed 1", "down 1", "up 2", "report 1",
                    "stop count 1 of 0"));
}

TEST_F(SessionTest, SaysWhatRepeatedWhereItEndsInAnError) {
    source_.events = {warning(1, "f"), warning(2, "f")};
    source_.when_empty = [&] { source_.broken = true; };

    EXPECT_FALSE(run({.dedup = std::chrono::hours(1)}));

    EXPECT_THAT(lines_, ElementsAre("start 1", "report 1", "suppressed 1"));
}

TEST_F(SessionTest, WritesEachReportWithoutATextAlsoWhereRepeatsAreCounted) {
    source_.events = {report(1), report(2), Ended{}};

    EXPECT_TRUE(run({.dedup = std::chrono::hours(1)}));

    EXPECT_THAT(lines_, ElementsAre("start 1", "report 1", "report 2", "stop end 2 of 0"));
}

TEST_F(SessionTest, BeginsWithWhatWasRecovered) {
    source_.events = {report(1), Ended{}};

    EXPECT_TRUE(run({.recovered = {report(700, log_instance)}}));

    EXPECT_THAT(lines_, ElementsAre("start 1", "report 700", "report 1", "stop end 1 of 0"));
}

TEST_F(SessionTest, LeavesItsMetricsBehind) {
    const auto file = testing::TempDir() + "/error_report.prom";
    source_.events = {report(1)};

    EXPECT_TRUE(run({.count = 1, .metrics = file}));

    std::ifstream read(file);
    const std::string text{std::istreambuf_iterator<char>(read), {}};
    EXPECT_THAT(text, HasSubstr("error_report_output_reports_total{output=\"output\"} 1\n"));
}

} // namespace
} // namespace error_report
