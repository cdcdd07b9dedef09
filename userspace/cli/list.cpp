// SPDX-License-Identifier: MIT
#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/environment.h"
#include "cli/print.h"
#include "encode/json.h"
#include "encode/table.h"
#include "source/clock.h"
#include "source/requests.h"

#include <CLI/CLI.hpp>

namespace error_report {
namespace {

using ReportTaker = std::function<Result<void>(const Report&)>;

Result<void> each_retained(Requests& requests, std::uint64_t from, const ReportTaker& take) {
    return requests.retained(from, [&](const Result<Report>& report) -> Result<void> {
        if (!report)
            return tl::unexpected(report.error());
        return take(*report);
    });
}

void declare(CLI::App& parser, Options& options) {
    declare_json(parser, options);
    parser.add_option("--from", options.from, "Begin with this number")
        ->type_name("SEQ")
        ->check(CLI::Range(std::uint64_t{1}, largest_integer));
    declare_max_line(parser, options);
    declare_utc(parser, options);
}

Result<void> run(const Options& options) {
    auto requests = Requests::open();
    if (!requests)
        return tl::unexpected(requests.error());
    if (options.json) {
        const JsonEncoder encoder({.origin = read_origin(), .max_line = options.max_line});
        return each_retained(*requests, options.from, [&](const Report& report) {
            return print(encoder.encode(report, realtime()));
        });
    }
    ReportTable table(options.utc);
    auto listed = each_retained(*requests, options.from, [&](const Report& report) {
        table.add(report);
        return Result<void>();
    });
    if (!listed)
        return listed;
    return print(table.text(terminal_width()));
}

} // namespace

const Command list_command{
    "list", "List the reports that the kernel retains", declare, succeed<run>};

} // namespace error_report
