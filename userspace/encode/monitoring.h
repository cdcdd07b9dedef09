// SPDX-License-Identifier: MIT
// The module's status as plugins of Nagios and its kin tell it: one line with performance data, and
// a severity that is also the exit code.
#pragma once

#include "report/error.h"
#include "report/report.h"

#include <cstdint>
#include <optional>
#include <string>

namespace error_report {

// Numbers are the plugins' exit codes.
enum class Severity { ok, warning, critical, unknown };

// More reports than that, since the module was loaded, are a problem.
struct Thresholds {
    std::optional<std::uint64_t> warning;
    std::optional<std::uint64_t> critical;
};

struct Verdict {
    Severity severity = Severity::unknown;
    std::string line; // with its newline
};

// status, or why there is none.
Verdict verdict_of(const Result<Status>& status, const Thresholds& thresholds);

} // namespace error_report
