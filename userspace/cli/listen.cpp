// SPDX-License-Identifier: MIT
#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/diagnostic.h"
#include "cli/environment.h"
#include "cli/signals.h"
#include "cli/stream.h"
#include "encode/json.h"
#include "sink/descriptor.h"
#include "source/follower.h"
#include "source/netlink.h"

#include <CLI/CLI.hpp>
#include <array>
#include <cerrno>
#include <chrono>
#include <fmt/format.h>
#include <poll.h>
#include <string>
#include <unistd.h>

namespace error_report {
namespace {

// Messages that are taken before signals and the sink are looked at again.
constexpr int batch = 64;

// At a stop: how long the kernel's worker may take to multicast what has ended. What has not come
// then is fetched from the ring.
constexpr std::chrono::milliseconds worker_limit{1000};

// Waits for one descriptor. A signal ends the wait early, which every caller can take.
void wait_readable(int fd, std::chrono::milliseconds limit) {
    pollfd waiting{.fd = fd, .events = POLLIN, .revents = 0};
    poll(&waiting, 1, static_cast<int>(limit.count()));
}

class Session {
  public:
    Session(Source& source, Descriptor& sink, Stream& stream, const StopSignals& signals)
        : source_(source), sink_(sink), stream_(stream), signals_(signals) {}

    Result<void> run(const Options& options) {
        const auto status = source_.status();
        if (!status)
            return tl::unexpected(status.error());
        Follower follower(source_, stream_, *status, options.backlog);
        if (options.count)
            follower.limit_reports(*options.count);
        auto done = stream_
                        .begin(
                            {status->instance, status->ended, follower.from(), ERROR_REPORT_VERSION,
                             status->module_version})
                        .and_then([&] { return follower.begin(); });
        if (!done)
            return done;
        const auto reason = follow(follower);
        if (!reason)
            return tl::unexpected(reason.error());
        return stop(follower, *reason);
    }

  private:
    // Until there is a reason to stop, which it returns.
    Result<std::string> follow(Follower& follower) {
        while (!follower.done()) {
            std::array<pollfd, 3> waiting{{
                {.fd = signals_.poll_fd(), .events = POLLIN, .revents = 0},
                source_.waits().front(),
                {.fd = sink_.poll_fd(), .events = 0, .revents = 0},
            }};
            if (poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR)
                return fail(fmt::format("cannot wait for events: {}", errno_text(errno)));
            const auto& [signal, source, sink] = waiting;
            if (signal.revents != 0)
                if (auto name = signals_.take())
                    return *name;
            if ((sink.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0)
                return tl::unexpected(sink_.closed());
            if (source.revents != 0)
                if (auto taken = take_batch(follower); !taken)
                    return tl::unexpected(taken.error());
        }
        return "count";
    }

    Result<void> take_batch(Follower& follower) {
        for (int i = 0; i < batch && !follower.done(); ++i) {
            auto event = source_.receive();
            if (!event)
                return tl::unexpected(event.error());
            if (!*event)
                return follower.idle();
            if (auto handled = follower.handle(std::move(**event)); !handled)
                return handled;
        }
        return {};
    }

    // The stream ends with the report_count that its last line names: nothing behind it, nothing
    // before it missing.
    Result<void> stop(Follower& follower, const std::string& reason) {
        const auto status = source_.status();
        auto done = status ? drain(follower, *status) : tl::unexpected(status.error());
        Stop line{follower.instance(), {}, follower.position(), follower.reports(), reason};
        if (status)
            line.report_count = status->ended;
        if (auto ended = stream_.end(line); !ended)
            return ended;
        return done;
    }

    Result<void> drain(Follower& follower, const Status& status) {
        using Clock = std::chrono::steady_clock;
        follower.stop_at(status);
        for (const auto until = Clock::now() + worker_limit; !follower.done();) {
            auto event = source_.receive();
            if (!event)
                return tl::unexpected(event.error());
            if (*event) {
                if (auto handled = follower.handle(std::move(**event)); !handled)
                    return handled;
                continue;
            }
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
            if (left.count() <= 0)
                break;
            wait_readable(source_.waits().front().fd, left);
        }
        return follower.finish();
    }

    Source& source_;
    Descriptor& sink_;
    Stream& stream_;
    const StopSignals& signals_;
};

void declare(CLI::App& parser, Options& options) {
    parser.add_flag("--backlog", options.backlog, "Begin with the reports that the kernel retains");
    parser.add_option("--count", options.count, "End after so many reports")
        ->type_name("N")
        ->check(CLI::Range(std::uint64_t{1}, largest_integer));
    declare_max_line(parser, options);
}

Result<void> run(const Options& options) {
    const auto signals = StopSignals::block();
    if (!signals)
        return tl::unexpected(signals.error());
    const auto source = NetlinkSource::open();
    if (!source)
        return tl::unexpected(source.error());
    if ((*source)->granted_buffer() < NetlinkSource::wanted_buffer)
        print_diagnostic(fmt::format(
            "note: the receive buffer has {} KiB instead of {}, so long bursts are fetched from "
            "the kernel's ring (CAP_NET_ADMIN or a larger net.core.rmem_max gives more)",
            (*source)->granted_buffer() / 1024, NetlinkSource::wanted_buffer / 1024));
    Descriptor out(STDOUT_FILENO, "standard output");
    Stream stream(JsonEncoder(read_origin(), options.max_line), out, now, print_diagnostic);
    return Session(**source, out, stream, *signals).run(options);
}

} // namespace

const Command listen_command{
    "listen", "Write each report as a JSON line, the moment it ends", declare, run};

} // namespace error_report
