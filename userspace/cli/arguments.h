// SPDX-License-Identifier: MIT
// The command line → which command to run, or what to print instead.
#pragma once

#include "cli/command.h"
#include "cli/options.h"

#include <string>
#include <variant>
#include <vector>

namespace CLI {
class App;
} // namespace CLI

namespace error_report {

struct Invocation {
    const Command* command = nullptr;
    Options options;
};

// Help, version, or what is wrong with the usage.
struct Notice {
    int exit_code = 0;
    std::string to_stdout;
    std::string to_stderr;
};

// arguments without the program's name.
std::variant<Invocation, Notice> parse_arguments(std::vector<std::string> arguments);

// What CLI11's check() wants of something that was parsed: what is wrong, or nothing.
std::string complaint(const auto& parsed) {
    return parsed ? std::string() : parsed.error().message;
}

// Options that several commands have.
void declare_json(CLI::App& parser, Options& options);
void declare_max_line(CLI::App& parser, Options& options);
void declare_redact(CLI::App& parser, Options& options);
void declare_utc(CLI::App& parser, Options& options);

} // namespace error_report
