// SPDX-License-Identifier: MIT
#include "cli/diagnostic.h"

#include "encode/terminal.h"

#include <cstdio>
#include <fmt/format.h>

namespace error_report {

void print_diagnostic(std::string_view text) {
    const auto line = fmt::format("error-report: {}\n", printable_line(text));
    // Where stderr itself fails there is nobody left to tell.
    static_cast<void>(std::fwrite(line.data(), 1, line.size(), stderr));
}

} // namespace error_report
