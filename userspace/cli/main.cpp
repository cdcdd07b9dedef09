// SPDX-License-Identifier: MIT
#include "cli/arguments.h"
#include "cli/diagnostic.h"
#include "cli/environment.h"
#include "cli/exit_code.h"

#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace error_report {
namespace {

int print(const Notice& notice) {
    const bool printed = std::fputs(notice.to_stdout.c_str(), stdout) >= 0 &&
                         std::fputs(notice.to_stderr.c_str(), stderr) >= 0 &&
                         std::fflush(stdout) == 0;
    return printed ? notice.exit_code : exit_code(ErrorKind::failure);
}

int run(std::vector<std::string> arguments) {
    const auto parsed = parse_arguments(std::move(arguments));
    if (const auto* notice = std::get_if<Notice>(&parsed))
        return print(*notice);
    const auto& invocation = std::get<Invocation>(parsed);
    const auto done = invocation.command->run(invocation.options);
    if (done)
        return *done;
    print_diagnostic(done.error().message);
    return exit_code(done.error().kind);
}

} // namespace
} // namespace error_report

int main(int argc, char** argv) {
    error_report::reserve_standard_descriptors();
    // A reader that goes away is an error of write(2), with a sentence.
    static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
    // So is a file that may not grow (RLIMIT_FSIZE).
    static_cast<void>(std::signal(SIGXFSZ, SIG_IGN));
    try {
        return error_report::run({argv + 1, argv + argc});
    } catch (const std::exception& error) {
        // The last resort: memory ran out.
        error_report::print_diagnostic(error.what());
    }
    return error_report::exit_code(error_report::ErrorKind::failure);
}
