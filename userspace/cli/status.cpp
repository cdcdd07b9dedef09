// SPDX-License-Identifier: MIT
#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/environment.h"
#include "cli/print.h"
#include "encode/json.h"
#include "encode/monitoring.h"
#include "encode/text.h"
#include "source/clock.h"
#include "source/requests.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <string_view>

namespace error_report {
namespace {

constexpr std::string_view check_codes =
    "Exit codes with --check, as of monitoring plugins:\n"
    "  0  OK\n"
    "  1  WARNING: reports were lost, multicasts failed, or more reports than --warning\n"
    "  2  CRITICAL: the module is not loaded, or more reports than --critical\n"
    "  3  UNKNOWN: the module could not be asked\n";

void declare(CLI::App& parser, Options& options) {
    auto* json = parser.add_flag("--json", options.json, "Write one JSON object");
    auto* check =
        parser
            .add_flag(
                "--check", options.check,
                "Write one line for Nagios or its kin; the exit codes are other ones, see below")
            ->excludes(json);
    const auto threshold = [&](const char* name, auto& value, const char* description) {
        parser.add_option(name, value, description)
            ->type_name("N")
            ->needs(check)
            ->check(CLI::Range(std::uint64_t{0}, largest_integer));
    };
    threshold("--warning", options.thresholds.warning, "WARNING at more reports than that");
    threshold("--critical", options.thresholds.critical, "CRITICAL at more reports than that");
    parser.footer(fmt::format("{}\n{}", parser.get_footer(), check_codes));
}

Result<Status> ask() {
    return Requests::open().and_then([](Requests&& requests) { return requests.status(); });
}

Result<int> check(const Options& options) {
    const auto verdict = verdict_of(ask(), options.thresholds);
    return print(verdict.line).map([&] { return static_cast<int>(verdict.severity); });
}

Result<int> run(const Options& options) {
    if (options.check)
        return check(options);
    const auto status = ask();
    if (!status)
        return tl::unexpected(status.error());
    return print(options.json ? json_line(*status, read_origin(), realtime()) : text_of(*status))
        .map([] { return 0; });
}

} // namespace

const Command status_command{
    "status", "Show the module's counters and limits (needs no privilege)", declare, run};

} // namespace error_report
