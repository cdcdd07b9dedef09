// SPDX-License-Identifier: MIT
#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/environment.h"
#include "cli/print.h"
#include "encode/json.h"
#include "encode/text.h"
#include "source/requests.h"

#include <CLI/CLI.hpp>

namespace error_report {
namespace {

void declare(CLI::App& parser, Options& options) {
    parser.add_flag("--json", options.json, "Write one JSON object");
}

Result<void> run(const Options& options) {
    auto requests = Requests::open();
    if (!requests)
        return tl::unexpected(requests.error());
    const auto status = requests->status();
    if (!status)
        return tl::unexpected(status.error());
    return print(options.json ? json_line(*status, read_origin(), now()) : text_of(*status));
}

} // namespace

const Command status_command{
    "status", "Show the module's counters and limits (needs no privilege)", declare, run};

} // namespace error_report
