// SPDX-License-Identifier: MIT
#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/diagnostic.h"
#include "cli/environment.h"
#include "cli/output.h"
#include "cli/privileges.h"
#include "cli/recovery.h"
#include "cli/service.h"
#include "cli/session.h"
#include "cli/signals.h"
#include "cli/wakeup.h"
#include "output/broadcast.h"
#include "output/state.h"
#include "source/clock.h"
#include "source/kernel_log.h"
#include "source/sources.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <map>
#include <memory>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

namespace error_report {
namespace {

constexpr std::size_t least_queue = std::size_t{64} << 10;
constexpr std::size_t least_receive_buffer = 4096;

void declare_dedup(CLI::App& parser, Options& options) {
    constexpr std::uint64_t longest = std::uint64_t{365} * 86400;
    parser
        .add_option(
            "--dedup", options.dedup,
            "Of the reports with one fingerprint write the first in this time, and count the "
            "others: a number with s, m, h or d")
        ->type_name("WINDOW")
        ->transform(CLI::AsNumberWithUnit(
            std::map<std::string, std::uint64_t>{{"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}}))
        ->check(CLI::Range(std::uint64_t{1}, longest));
}

void declare_what(CLI::App& parser, Options& options) {
    parser.add_flag("--backlog", options.backlog, "Begin with the reports that the kernel retains");
    parser.add_flag(
        "--recover", options.recover,
        "Begin with the reports that the kernel's log has from before the module was loaded");
    parser.add_option("--count", options.count, "End after so many reports")
        ->type_name("N")
        ->check(CLI::Range(std::uint64_t{1}, largest_integer));
    parser.add_option("--tool", options.tools, "Only reports of these tools, such as kasan,kfence")
        ->type_name("NAME,...")
        ->delimiter(',');
    declare_dedup(parser, options);
    parser.add_option("--source", options.source, "Where reports come from, see below")
        ->type_name("SOURCE")
        ->capture_default_str()
        ->check([](const std::string& text) { return complaint(parse_source(text)); });
    parser.add_option("--receive-buffer", options.receive_buffer, "The netlink socket's, in bytes")
        ->type_name("BYTES")
        ->capture_default_str()
        ->check(CLI::Range(least_receive_buffer, std::size_t{1} << 30));
}

void declare_where(CLI::App& parser, Options& options) {
    parser
        .add_option(
            "--output", options.outputs,
            "Where lines go and in which format, see below; may be given several times")
        ->type_name("[FORMAT@]SINK")
        ->default_str("stdout")
        ->check([](const std::string& text) { return complaint(parse_output(text)); });
    parser
        .add_option(
            "--queue", options.queue,
            "What may wait for an output that is slow; beyond it reports are lost, and that is "
            "said")
        ->type_name("BYTES")
        ->capture_default_str()
        ->check(CLI::Range(least_queue, std::size_t{1} << 40));
    declare_max_line(parser, options);
    parser.add_flag("--no-text", options.no_text, "Leave the text out");
    declare_redact(parser, options);
    declare_utc(parser, options);
}

void declare_service(CLI::App& parser, Options& options) {
    parser
        .add_option(
            "--state", options.state,
            "Remember there how far each output got, and go on behind it at the next start")
        ->type_name("FILE");
    parser
        .add_option("--metrics", options.metrics, "Write counters there for node_exporter, *.prom")
        ->type_name("FILE");
    parser
        .add_option("--user", options.user, "Become this user once everything is open (from root)")
        ->type_name("NAME");
    parser.add_flag(
        "--keep-privileges", options.keep_privileges,
        "Drop no capability, so that a reload of the module needs no new start");
}

void declare(CLI::App& parser, Options& options) {
    declare_what(parser, options);
    declare_where(parser, options);
    declare_service(parser, options);
    parser.footer(fmt::format("{}\n{}{}", sources_help(), outputs_help(), parser.get_footer()));
}

// An output as it was asked for, and opened.
struct Opened {
    std::string name;
    std::unique_ptr<Encoder> encoder;
    std::unique_ptr<Sink> sink;
};

Result<std::vector<Opened>>
open_outputs(const Options& options, const Origin& origin, const std::optional<User>& user) {
    std::vector<Opened> result;
    const auto owner =
        user ? std::optional(Owner{.user = user->uid, .group = user->gid}) : std::nullopt;
    for (const auto& name : options.outputs) {
        if (std::ranges::count(options.outputs, name) > 1)
            return fail(fmt::format("the output {} is given twice", name));
        const auto output = parse_output(name);
        if (!output)
            return tl::unexpected(output.error());
        auto sink = output->sink->open(output->argument, owner);
        if (!sink)
            return tl::unexpected(sink.error());
        const bool is_terminal = output->sink == find_sink("stdout") && isatty(STDOUT_FILENO) != 0;
        result.push_back(
            {name,
             output->format->make(
                 {.origin = origin,
                  .max_line = options.max_line,
                  .with_text = !options.no_text,
                  .colour = is_terminal && colour_is_wanted(),
                  .utc = options.utc}),
             std::move(*sink)});
    }
    return result;
}

Result<std::shared_ptr<State>> open_state(const Options& options, const Origin& origin) {
    if (!options.state)
        return std::shared_ptr<State>();
    std::string note;
    auto state = State::open(*options.state, origin.boot_id, options.outputs, note);
    if (!state)
        return tl::unexpected(state.error());
    if (!note.empty())
        print_diagnostic(note);
    return std::make_shared<State>(std::move(*state));
}

// Remembers the position; tells that it could not once, until it can again.
auto save_to(std::shared_ptr<State> state, const std::string& output) {
    return [state = std::move(state), output, failed = false](Position position) mutable {
        if (!state)
            return;
        const auto saved = state->save(output, position);
        if (!saved && !failed)
            print_diagnostic(saved.error().message);
        failed = !saved;
    };
}

Broadcast::Writers make_writers(
    std::vector<Opened> opened, const Options& options, const std::shared_ptr<State>& state,
    const std::shared_ptr<Wakeup>& died) {
    Broadcast::Writers writers;
    for (auto& output : opened) {
        WriterHooks hooks;
        hooks.clock = realtime;
        hooks.note = print_diagnostic;
        hooks.passed = save_to(state, output.name);
        hooks.died = [died] { died->raise(); };
        const auto saved = state ? state->find(output.name) : std::nullopt;
        writers.push_back(std::make_unique<Writer>(
            output.name, std::move(output.encoder), std::move(output.sink), options.queue, saved,
            std::move(hooks)));
        if (state)
            writers.back()->begin_behind(state->recovered(output.name));
    }
    return writers;
}

Result<std::unique_ptr<Source>> open_source(const Options& options) {
    return parse_source(options.source)
        .and_then([&](const SourceChoice& choice) {
            return choice.open({.receive_buffer = options.receive_buffer});
        })
        .map([](OpenedSource opened) {
            if (!opened.note.empty())
                print_diagnostic("note: " + opened.note);
            return std::move(opened.source);
        });
}

// The log's clock is about CLOCK_MONOTONIC.
std::uint64_t log_epoch() {
    const std::chrono::nanoseconds since = std::chrono::steady_clock::now().time_since_epoch();
    return realtime() - static_cast<std::uint64_t>(since.count());
}

Result<FileDescriptor> open_log(const Options& options) {
    return options.recover ? open_kernel_log("/dev/kmsg") : FileDescriptor();
}

// log is none if nothing is to be recovered.
Result<std::vector<Report>> recover(const FileDescriptor& log, Source& source) {
    if (!log)
        return std::vector<Report>();
    const auto status = source.status();
    if (!status)
        return tl::unexpected(status.error());
    Recovery recovery(status->instance, log_epoch());
    const auto read =
        read_kernel_log(log.fd(), [&](const LogRecord& record) { recovery.take(record); });
    if (!read)
        return tl::unexpected(read.error());
    auto reports = recovery.finish();
    if (!reports)
        print_diagnostic("note: the kernel's log does not reach back to the module's load, so "
                         "there is nothing to recover");
    return std::move(reports).value_or(std::vector<Report>());
}

Result<void> give_up_privileges(const Options& options, const std::optional<User>& user) {
    return options.keep_privileges ? Result<void>() : drop_privileges(user);
}

std::optional<std::chrono::nanoseconds> dedup_window(const Options& options) {
    if (!options.dedup)
        return std::nullopt;
    return std::chrono::seconds(*options.dedup);
}

Result<void> run(const Options& options) {
    const auto signals = Signals::block();
    if (!signals)
        return tl::unexpected(signals.error());
    const auto died = Wakeup::make();
    if (!died)
        return tl::unexpected(died.error());
    const auto user = find_user(options.user);
    if (!user)
        return tl::unexpected(user.error());
    const auto source = open_source(options);
    if (!source)
        return tl::unexpected(source.error());
    const auto log = open_log(options);
    if (!log)
        return tl::unexpected(log.error());
    const auto origin = read_origin();
    auto outputs = open_outputs(options, origin, *user);
    if (!outputs)
        return tl::unexpected(outputs.error());
    // Before the outputs' threads start, which have the privileges of this one.
    if (auto dropped = give_up_privileges(options, *user); !dropped)
        return dropped;
    auto recovered = recover(*log, **source);
    if (!recovered)
        return tl::unexpected(recovered.error());
    // As the one who will go on writing it.
    const auto state = open_state(options, origin);
    if (!state)
        return tl::unexpected(state.error());

    auto writers = make_writers(std::move(*outputs), options, *state, *died);
    Broadcast broadcast(writers, {options.tools, options.redact}, print_diagnostic);
    const Service service;
    return Session(
               **source, broadcast, writers, *signals, **died, service,
               {options.backlog, options.count, options.metrics, dedup_window(options),
                std::move(*recovered)})
        .run();
}

} // namespace

const Command listen_command{
    "listen", "Write each report as a line, the moment it ends", declare, succeed<run>};

} // namespace error_report
