// SPDX-License-Identifier: MIT
#include "cli/session.h"

#include "output/file.h"
#include "output/metrics.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fmt/format.h>
#include <sys/stat.h>
#include <utility>

namespace error_report {
namespace {

using Clock = Timers::Clock;

// Events that are taken before anything else is looked at again.
constexpr int batch = 64;

// At a stop: how long the outputs may take for what is queued. The unit has systemd kill after 20
// s.
constexpr std::chrono::seconds output_limit{5};

constexpr std::chrono::milliseconds room_limit{100};

constexpr std::chrono::seconds metrics_interval{15};

// What was counted is said so long after its window at the latest.
constexpr std::chrono::seconds dedup_interval{1};

Clock::time_point now() {
    return Clock::now();
}

std::uint64_t monotonic() {
    const std::chrono::nanoseconds since = now().time_since_epoch();
    return static_cast<std::uint64_t>(since.count());
}

// A signal ends the wait early, which every caller can take.
void wait_for(std::vector<pollfd> waits, std::chrono::milliseconds limit) {
    poll(waits.data(), waits.size(), static_cast<int>(limit.count()));
}

} // namespace

Session::Session(
    Source& source, Broadcast& broadcast, Broadcast::Writers& writers, const Signals& signals,
    const Wakeup& died, const Service& service, SessionOptions options)
    : source_(source), broadcast_(broadcast), writers_(writers), signals_(signals), died_(died),
      service_(service), options_(std::move(options)),
      storm_(broadcast, options_.dedup, monotonic) {}

Result<void> Session::run() {
    const auto status = source_.status();
    if (!status)
        return tl::unexpected(status.error());
    const Start start{
        status->instance, status->ended, 0, ERROR_REPORT_VERSION, status->module_version};
    Follower follower(source_, storm_, *status, broadcast_.begin(*status, options_.backlog, start));
    if (options_.count)
        follower.limit_reports(*options_.count);
    for (auto& report : options_.recovered)
        storm_.take(std::move(report));
    set_timers(follower);
    Service::ready(fmt::format("listening from report {} on", follower.from()));

    auto done = follower.begin();
    if (done) {
        const auto reason = follow(follower);
        done = reason ? stop(follower, *reason) : tl::unexpected(reason.error());
    }
    Service::stopping();
    // What was accounted for gets out, also behind an error.
    storm_.finish();
    const auto finished = finish_outputs();
    write_metrics();
    return done ? finished : done;
}

void Session::set_timers(Follower& follower) {
    if (const auto interval = service_.interval())
        timers_.every(*interval, now(), [this] { service_.alive(); });
    if (options_.metrics)
        timers_.every(metrics_interval, now(), [this] { write_metrics(); });
    if (!source_.is_patient())
        timers_.every(
            Follower::check_interval, now(), [this, &follower] { checked_ = follower.check(); });
    if (options_.dedup)
        timers_.every(dedup_interval, now(), [this] { storm_.expire(); });
    write_metrics();
}

Result<Session::Reason> Session::follow(Follower& follower) {
    while (!follower.done()) {
        if (auto waited = wait(); !waited)
            return tl::unexpected(waited.error());
        if (auto reason = take_signal())
            return std::move(*reason);
        if (auto reason = look_after_outputs())
            return std::move(*reason);
        timers_.run(now());
        if (!checked_)
            return tl::unexpected(checked_.error());
        auto taken = take_batch(follower);
        if (!taken)
            return tl::unexpected(taken.error());
        if (*taken)
            return std::move(**taken);
    }
    return Reason{"count", {}};
}

Result<void> Session::wait() {
    waiting_ = source_.waits();
    const bool has_always_something = waiting_.empty();
    waiting_.push_back({.fd = signals_.poll_fd(), .events = POLLIN, .revents = 0});
    waiting_.push_back({.fd = died_.poll_fd(), .events = POLLIN, .revents = 0});
    for (const auto& writer : writers_)
        if (!writer->counters().dead)
            waiting_.push_back({.fd = writer->hangup_fd(), .events = 0, .revents = 0});
    const int timeout = has_always_something ? 0 : timers_.timeout(now());
    if (poll(waiting_.data(), waiting_.size(), timeout) < 0 && errno != EINTR)
        return fail(fmt::format("cannot wait for events: {}", errno_text(errno)));
    return {};
}

// Asked of the last wait, which is cheaper than to try a descriptor.
bool Session::is_ready(int fd, int events) const {
    const auto found = std::ranges::find(waiting_, fd, &pollfd::fd);
    return fd >= 0 && found != waiting_.end() && (found->revents & events) != 0;
}

std::optional<Session::Reason> Session::take_signal() {
    const auto number = is_ready(signals_.poll_fd(), POLLIN) ? signals_.take() : std::nullopt;
    if (!number)
        return std::nullopt;
    if (*number != SIGHUP)
        return Reason{signal_name(*number), {}};
    for (const auto& writer : writers_)
        writer->reopen();
    return std::nullopt;
}

// Tells dead ones; a reason to stop when all are.
std::optional<Session::Reason> Session::look_after_outputs() {
    if (is_ready(died_.poll_fd(), POLLIN))
        died_.clear();
    for (const auto& writer : writers_)
        if (is_ready(writer->hangup_fd(), POLLERR | POLLHUP | POLLNVAL))
            writer->hang_up();
    if (std::ranges::all_of(writers_, [](const auto& w) { return w->counters().dead; }))
        return Reason{"outputs", fail("every output is closed, nobody listens any more")};
    return std::nullopt;
}

// Every output has; if not for long, signals and timers come first.
bool Session::have_room() {
    return std::ranges::all_of(
        writers_, [](const auto& writer) { return writer->wait_for_room(room_limit); });
}

Result<std::optional<Session::Reason>> Session::take_batch(Follower& follower) {
    for (int i = 0; i < batch && !follower.done(); ++i) {
        if (source_.is_patient() && !have_room())
            return std::nullopt;
        auto event = source_.receive();
        if (!event)
            return tl::unexpected(event.error());
        if (!*event) {
            if (auto idle = follower.idle(); !idle)
                return tl::unexpected(idle.error());
            return std::nullopt;
        }
        if (auto reason = take_event(follower, std::move(**event)); !reason || *reason)
            return reason;
    }
    return std::nullopt;
}

Result<std::optional<Session::Reason>> Session::take_event(Follower& follower, Event event) {
    if (std::holds_alternative<Ended>(event))
        return Reason{"end", {}};
    if (std::holds_alternative<FamilyCame>(event))
        return come_back(follower);
    if (auto handled = follower.handle(std::move(event)); !handled)
        return tl::unexpected(handled.error());
    return std::nullopt;
}

Result<std::optional<Session::Reason>> Session::come_back(Follower& follower) {
    // Its notice may have been dropped in an overrun.
    if (auto gone = follower.handle(FamilyGone{}); !gone)
        return tl::unexpected(gone.error());
    const auto opened = source_.reopen();
    if (opened) {
        if (auto done = follower.reopen(); !done)
            return tl::unexpected(done.error());
        return std::nullopt;
    }
    if (opened.error().kind == ErrorKind::not_loaded)
        return std::nullopt; // it went again; another notice tells when it comes
    if (opened.error().kind != ErrorKind::privilege)
        return tl::unexpected(opened.error());
    if (const auto status = source_.status())
        storm_.take(FamilyUp{status->instance, status->ended});
    return Reason{
        "reload",
        fail(
            ErrorKind::reloaded,
            "the module was loaded again, and the privilege to join was given up: start me again "
            "(--keep-privileges avoids that)")};
}

// The stream ends with the report_count that its last line names: nothing behind it, nothing before
// it missing.
Result<void> Session::stop(Follower& follower, const Reason& reason) {
    Stop line{follower.instance(), {}, 0, 0, reason.name};
    auto done = reason.result;
    if (done && !follower.is_down()) {
        const auto status = source_.status();
        if (status)
            line.report_count = status->ended;
        else if (status.error().kind != ErrorKind::not_loaded)
            done = tl::unexpected(status.error());
        if (status)
            done = drain(follower, *status);
    }
    line.to = follower.position();
    storm_.take(line);
    return done;
}

Result<void> Session::drain(Follower& follower, const Status& status) {
    follower.stop_at(status);
    for (const auto until = now() + worker_limit; !follower.done() && !follower.is_down();) {
        auto event = source_.receive();
        if (!event)
            return tl::unexpected(event.error());
        if (*event && !std::holds_alternative<Ended>(**event)) {
            if (auto handled = follower.handle(std::move(**event)); !handled)
                return handled;
            continue;
        }
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - now());
        if (left.count() <= 0 || *event)
            break;
        wait_for(source_.waits(), left);
    }
    return follower.finish();
}

Result<void> Session::finish_outputs() {
    for (const auto& writer : writers_)
        writer->finish();
    Result<void> result;
    for (const auto until = now() + output_limit; const auto& writer : writers_) {
        if (writer->wait_until(until))
            continue;
        const auto counters = writer->counters();
        if (counters.dead)
            continue; // which was said when it died
        result = fail(fmt::format(
            "{} did not take the last {} lines within {} s", writer->name(), counters.queued,
            output_limit.count()));
    }
    return result;
}

void Session::write_metrics() {
    if (!options_.metrics)
        return;
    std::vector<OutputMetrics> outputs;
    for (const auto& writer : writers_)
        outputs.push_back({writer->name(), writer->counters()});
    // The collector is another user.
    constexpr mode_t mode = S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH;
    const auto written =
        replace_file(*options_.metrics, metrics_text(broadcast_.tally(), outputs), mode);
    // Once, not every few seconds.
    if (const bool failed = !written; failed != std::exchange(metrics_failed_, failed) && failed)
        broadcast_.note(written.error().message);
}

} // namespace error_report
