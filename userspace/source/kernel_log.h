// SPDX-License-Identifier: MIT
// What the kernel's log holds, as /dev/kmsg tells it (Documentation/ABI/testing/dev-kmsg).
#pragma once

#include "report/error.h"
#include "report/file_descriptor.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace error_report {

struct LogRecord {
    std::string prefix;     // "4,1234,5678901,-,caller=T12;"
    unsigned facility = 0;  // 0 is the kernel's own; whoever writes to /dev/kmsg has another
    std::uint64_t seq = 0;  // counts 0, 1, 2 … since the boot
    std::uint64_t time = 0; // µs of the log's clock
    std::string text;       // may have several lines
};

// Nothing if it is no record.
std::optional<LogRecord> parse_log_record(std::string_view bytes);

// ErrorKind::privilege without the right to read it, which nobody needs any more once it is open.
Result<FileDescriptor> open_kernel_log(const std::string& path);

// All that is there now, the oldest first.
Result<void> read_kernel_log(int log, const std::function<void(const LogRecord&)>& take);

} // namespace error_report
