// SPDX-License-Identifier: MIT
#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/environment.h"
#include "encode/json.h"
#include "encode/text.h"
#include "sink/descriptor.h"
#include "source/requests.h"

#include <CLI/CLI.hpp>
#include <unistd.h>

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
    Descriptor out(STDOUT_FILENO, "standard output");
    if (options.json)
        return out.write(JsonEncoder(read_origin(), 0).encode(*status, now()));
    return out.write(text_of(*status));
}

} // namespace

const Command status_command{
    "status", "Show the module's counters and limits (needs no privilege)", declare, run};

} // namespace error_report
