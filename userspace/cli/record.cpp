// SPDX-License-Identifier: MIT
#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/diagnostic.h"
#include "cli/signals.h"
#include "source/netlink.h"
#include "source/recording.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <fmt/format.h>
#include <limits>
#include <poll.h>
#include <utility>
#include <variant>

namespace error_report {
namespace {

// Events that are taken before signals are looked at again.
constexpr int batch = 64;

// Does with the source what a listener would; the source's tap does the recording.
class Recorder {
  public:
    Recorder(Source& source, const Signals& signals, const Options& options)
        : source_(source), signals_(signals), limit_(options.count.value_or(no_limit)) {}

    [[nodiscard]] std::uint64_t reports() const { return reports_; }

    Result<void> run(bool backlog) {
        if (auto begun = backlog ? fetch() : skip_backlog(); !begun)
            return begun;
        while (reports_ < limit_) {
            if (auto waited = wait(-1); !waited)
                return waited;
            if (signals_.take())
                return stop();
            if (auto taken = take_batch(); !taken)
                return taken;
        }
        return gone_or_failed(source_.status());
    }

  private:
    static constexpr auto no_limit = std::numeric_limits<std::uint64_t>::max();

    // That the module is gone is for FamilyGone to say.
    template <class T>
    static Result<void> gone_or_failed(const Result<T>& done) {
        if (done || done.error().kind == ErrorKind::not_loaded)
            return {};
        return tl::unexpected(done.error());
    }

    Result<void> skip_backlog() {
        const auto status = source_.status();
        if (status)
            last_ = status->ended;
        return gone_or_failed(status);
    }

    Result<void> wait(int limit_ms) {
        auto waits = source_.waits();
        const bool ready = waits.empty();
        waits.push_back({.fd = signals_.poll_fd(), .events = POLLIN, .revents = 0});
        if (poll(waits.data(), waits.size(), ready ? 0 : limit_ms) < 0 && errno != EINTR)
            return fail(fmt::format("cannot wait for events: {}", errno_text(errno)));
        return {};
    }

    Result<void> take_batch() {
        for (int i = 0; i < batch && reports_ < limit_; ++i) {
            const auto event = source_.receive();
            if (!event)
                return tl::unexpected(event.error());
            if (!*event)
                return std::exchange(missing_, false) ? fetch() : Result<void>();
            if (auto taken = std::visit([&](const auto& what) { return take(what); }, **event);
                !taken)
                return taken;
        }
        return {};
    }

    Result<void> take(const Report& report) {
        reports_ += report.seq > last_ ? 1 : 0;
        last_ = std::max(last_, report.seq);
        return {};
    }

    Result<void> take(const Loss& loss) {
        last_ = std::max(last_, loss.last);
        return {};
    }

    Result<void> take(const Overrun&) {
        missing_ = true;
        return {};
    }

    static Result<void> take(const Unreadable& message) {
        print_diagnostic(message.why);
        return {};
    }

    Result<void> take(const FamilyCame&) {
        last_ = 0;
        missing_ = false;
        if (auto opened = source_.reopen(); !opened)
            return gone_or_failed(opened);
        return fetch();
    }

    static Result<void> take(const FamilyGone&) { return {}; }

    static Result<void> take(const Ended&) { return {}; }

    // The status, and right behind it what is retained behind last_: a replay takes the two
    // together. What that does not bring of what had ended will never come.
    Result<void> fetch() {
        const auto status = source_.status();
        if (!status)
            return gone_or_failed(status);
        const auto fetched = source_.retained(last_ + 1, [&](const Result<Report>& report) {
            return report ? take(*report) : take(Unreadable{report.error().message});
        });
        last_ = std::max(last_, status->ended);
        return gone_or_failed(fetched);
    }

    // A recording ends with everything that the status counts which it ends with.
    Result<void> stop() {
        using Clock = std::chrono::steady_clock;
        const auto status = source_.status();
        if (!status)
            return gone_or_failed(status);
        for (const auto until = Clock::now() + worker_limit; last_ < status->ended;) {
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
            if (left.count() <= 0)
                return fetch();
            if (auto waited = wait(static_cast<int>(left.count())); !waited)
                return waited;
            if (auto taken = take_batch(); !taken)
                return taken;
        }
        return {};
    }

    Source& source_;
    const Signals& signals_;
    std::uint64_t limit_;
    std::uint64_t reports_ = 0;
    std::uint64_t last_ = 0; // the last SEQ that was recorded, or that is not wanted
    bool missing_ = false;   // something was dropped that was not fetched yet
};

void declare(CLI::App& parser, Options& options) {
    parser.add_option("FILE", options.file, "The file to write")->required()->type_name("");
    parser.add_flag("--backlog", options.backlog, "Begin with the reports that the kernel retains");
    parser.add_option("--count", options.count, "End after so many reports")
        ->type_name("N")
        ->check(CLI::Range(std::uint64_t{1}, largest_integer));
}

Result<void> run(const Options& options) {
    const auto signals = Signals::block();
    if (!signals)
        return tl::unexpected(signals.error());
    // To be refused, if at all, before an earlier recording is emptied.
    if (const auto tried = NetlinkSource::open({}); !tried)
        return tl::unexpected(tried.error());
    auto recording = Recording::create(options.file);
    if (!recording)
        return tl::unexpected(recording.error());
    const auto source =
        NetlinkSource::open({.tap = [&](Bytes datagram) { return recording->append(datagram); }});
    if (!source)
        return tl::unexpected(source.error());
    Recorder recorder(**source, *signals, options);
    auto done = recorder.run(options.backlog);
    print_diagnostic(fmt::format("{} reports in {}", recorder.reports(), options.file));
    return done;
}

} // namespace

const Command record_command{
    "record", "Write what the kernel sends to a file, for listen --source replay:FILE", declare,
    succeed<run>};

} // namespace error_report
