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
    Result<void> (*run)(const Options& options);
};

extern const Command listen_command;
extern const Command list_command;
extern const Command record_command;
extern const Command show_command;
extern const Command status_command;

std::span<const Command* const> commands();

} // namespace error_report
