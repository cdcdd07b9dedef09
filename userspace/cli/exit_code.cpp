// SPDX-License-Identifier: MIT
#include "cli/exit_code.h"

#include <array>
#include <fmt/format.h>
#include <string_view>

namespace error_report {
namespace {

struct ExitCode {
    int code;
    std::string_view meaning;
};

constexpr ExitCode success{0, "success"};
constexpr ExitCode usage{exit_usage, "wrong usage"};

// Index is the ErrorKind.
constexpr std::array<ExitCode, 5> failures{{
    {1, "failure: input or output, or an answer that makes no sense"},
    {3, "the kernel module error_report_notify is not loaded"},
    {4, "a privilege is missing"},
    {5, "no such report: lost, evicted or still to come"},
    {6, "the module was loaded again while privileges were dropped: to be started again"},
}};
static_assert(failures.size() == static_cast<std::size_t>(ErrorKind::reloaded) + 1);

} // namespace

int exit_code(ErrorKind kind) {
    return failures[static_cast<std::size_t>(kind)].code;
}

std::string exit_codes_help() {
    std::string result = "Exit codes:\n";
    const auto row = [&](const ExitCode& entry) {
        result += fmt::format("  {}  {}\n", entry.code, entry.meaning);
    };
    row(success);
    row(failures.front());
    row(usage);
    for (std::size_t i = 1; i < failures.size(); ++i)
        row(failures[i]);
    return result;
}

} // namespace error_report
