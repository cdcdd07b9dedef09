// SPDX-License-Identifier: MIT
#pragma once

#include "report/meta.h"
#include "report/report.h"

#include <cstdint>
#include <linux/error_report.h>

namespace error_report::test {

inline const Origin origin{"5cd2d8e0-0e62-4a4b-9a9c-2f1d1e1f0a11", "web1", "6.12.0"};

// A report that has everything.
inline Report sample() {
    return {
        .seq = 7,
        .instance = 0xabc,
        .tool = "kfence",
        .id = 0xffff888012345678,
        .text = "BUG: one\n two",
        .text_bytes = 13,
        .flags = 0,
        .time_real = 1'767'323'045'123'456'789,
        .time_boot = 12'345'678'901,
        .cpu = 1,
        .pid = 42,
        .comm = "bash",
        .context = ERROR_REPORT_CONTEXT_TASK};
}

// A report that has its number and nothing else.
inline Report numbered_report(std::uint64_t seq, std::uint64_t instance) {
    Report result;
    result.seq = seq;
    result.instance = instance;
    return result;
}

} // namespace error_report::test
