// SPDX-License-Identifier: MIT
#include "cli/arguments.h"

#include "cli/exit_code.h"
#include "encode/terminal.h"
#include "report/report.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <sstream>

namespace error_report {
namespace {

constexpr const char* description =
    "Reads the kernel's error reports (KASAN, KFENCE, WARN) from the module error_report_notify.";
constexpr const char* version_text = "error-report " ERROR_REPORT_VERSION;

Notice notice_of(const CLI::App& parser, const CLI::ParseError& result) {
    std::ostringstream out;
    std::ostringstream err;
    const int code = parser.exit(result, out, err);
    if (code == 0)
        return {0, out.str(), {}};
    // CLI11 misses the subcommand before it minds the word that stands in its place.
    const auto unknown = parser.remaining();
    const auto wrong = unknown.empty() ? std::string(result.what())
                                       : fmt::format("unknown argument: {}", unknown.front());
    return {
        exit_usage,
        {},
        fmt::format("error-report: {} (see error-report --help)\n", printable_line(wrong))};
}

} // namespace

std::variant<Invocation, Notice> parse_arguments(std::vector<std::string> arguments) {
    Invocation result;
    CLI::App parser(description, "error-report");
    parser.require_subcommand(1);
    parser.set_version_flag("--version", version_text);
    parser.footer("\n" + exit_codes_help());
    for (const auto* command : commands()) {
        auto* sub =
            parser.add_subcommand(std::string(command->name), std::string(command->description));
        sub->set_version_flag("--version", version_text);
        command->declare(*sub, result.options);
        sub->callback([&result, command] { result.command = command; });
    }
    try {
        // CLI11 takes them from the back.
        std::ranges::reverse(arguments);
        parser.parse(std::move(arguments));
    } catch (const CLI::ParseError& error) {
        return notice_of(parser, error);
    }
    return result;
}

void declare_json(CLI::App& parser, Options& options) {
    parser.add_flag("--json", options.json, "Write JSON lines, as listen does");
}

void declare_max_line(CLI::App& parser, Options& options) {
    const auto check = [](const std::string& value) {
        std::size_t bytes = 0;
        if (!CLI::detail::lexical_cast(value, bytes) || bytes > largest_integer ||
            (bytes != 0 && bytes < JsonEncoder::least_max_line))
            return fmt::format(
                "{} is neither 0 nor a number of at least {}", value, JsonEncoder::least_max_line);
        return std::string();
    };
    parser
        .add_option(
            "--max-line", options.max_line,
            "Cut the text of a report so that its JSON line takes at most so many bytes; 0 = never")
        ->type_name("BYTES")
        ->capture_default_str()
        ->check(check);
}

void declare_redact(CLI::App& parser, Options& options) {
    parser.add_flag(
        "--redact", options.redact,
        "Take out task names, registers, raw memory, addresses and hardware names");
}

void declare_utc(CLI::App& parser, Options& options) {
    parser.add_flag("--utc", options.utc, "Show times in UTC instead of local time");
}

} // namespace error_report
