// SPDX-License-Identifier: MIT
// A subcommand is one file and one entry in commands().
#pragma once

#include "cli/options.h"
#include "report/error.h"

#include <span>
#include <string_view>

namespace CLI {
class App;
} // namespace CLI

namespace error_report {

struct Command {
    std::string_view name;
    std::string_view description;
    // Adds the subcommand's options to its parser; they end in options.
    void (*declare)(CLI::App& parser, Options& options);
    // Returns the exit code, or why it could not do what it was told.
    Result<int> (*run)(const Options& options);
};

// The run of a command that, where it can do what it was told, always exits with 0.
template <Result<void> (*run)(const Options& options)>
Result<int> succeed(const Options& options) {
    return run(options).map([] { return 0; });
}

extern const Command listen_command;
extern const Command list_command;
extern const Command parse_command;
extern const Command record_command;
extern const Command show_command;
extern const Command status_command;

std::span<const Command* const> commands();

} // namespace error_report
