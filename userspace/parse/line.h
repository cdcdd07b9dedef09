// SPDX-License-Identifier: MIT
// A line of any console log → the kernel's text without what the console, syslog, journald, a
// serial capture, pstore or Android put before it.
#pragma once

#include <cstdint>
#include <string_view>

namespace error_report {

// What stands for the end of a line inside of a record.
inline constexpr std::string_view kmsg_newline = "\\x0a";  // a backslash itself is "\x5c"
inline constexpr std::string_view syslog_newline = "#012"; // rsyslog's; a '#' stays as it is

struct LogLine {
    std::string_view text;
    // Who printed it, where the kernel says so (CONFIG_PRINTK_CALLER): "T123", "C0"; Samsung's
    // "4:comm:123". Lines with different callers are of different reports.
    std::string_view caller;
    bool stamped = false;     // there was a prefix: the line is the log's own, not a stranger's
    bool foreign = false;     // another program's line of the system log
    std::string_view newline; // one of those above, if the prefix is of such a record
};

// raw has no newline. Linear in its length.
LogLine parse_line(std::string_view raw);

} // namespace error_report
