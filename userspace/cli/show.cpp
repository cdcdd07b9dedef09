// SPDX-License-Identifier: MIT
#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/environment.h"
#include "cli/print.h"
#include "encode/json.h"
#include "encode/text.h"
#include "source/clock.h"
#include "source/requests.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace error_report {
namespace {

void declare(CLI::App& parser, Options& options) {
    parser.add_option("SEQ", options.seq, "The report's number")
        ->required()
        ->type_name("")
        ->check(CLI::Range(std::uint64_t{1}, largest_integer));
    declare_json(parser, options);
    declare_max_line(parser, options);
    declare_utc(parser, options);
}

Result<void> run(const Options& options) {
    auto requests = Requests::open();
    if (!requests)
        return tl::unexpected(requests.error());
    const auto report = requests->report(options.seq);
    if (!report && report.error().kind == ErrorKind::no_such_report)
        return fail(
            ErrorKind::no_such_report,
            fmt::format(
                "there is no report {}: {} (error-report list shows those that are retained)",
                options.seq, report.error().message));
    if (!report)
        return tl::unexpected(report.error());
    if (!options.json)
        return print(text_of(*report, options.utc));
    const JsonEncoder encoder({.origin = read_origin(), .max_line = options.max_line});
    return print(encoder.encode(*report, realtime()));
}

} // namespace

const Command show_command{
    "show", "Show one report that the kernel retains", declare, succeed<run>};

} // namespace error_report
