// SPDX-License-Identifier: MIT
// What the kernel sends, as plain data. Members are optional where some source of reports cannot
// tell them; the module's own messages lack no more than the id.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace error_report {

// No number in these structures that is written as a JSON number exceeds this: jq and JavaScript
// round beyond. decode refuses a message that breaks it, so nothing behind decode has to ask.
inline constexpr std::uint64_t largest_integer = std::uint64_t{1} << 53;

// The longest TOOL and COMM that decode takes, in bytes; it bounds a line without its text.
inline constexpr std::size_t longest_name = 64;

// The low 32 bits of flags and causes are the kernel's, the high ones are this program's own.
inline constexpr std::uint64_t flag_invalid_utf8 = std::uint64_t{1} << 32;
inline constexpr std::uint64_t flag_recovered = std::uint64_t{1} << 33; // from the kernel log
inline constexpr std::uint64_t cause_not_retained = std::uint64_t{1} << 32;
inline constexpr std::uint64_t cause_queue_full = std::uint64_t{1} << 33;  // a sink was too slow
inline constexpr std::uint64_t cause_overwritten = std::uint64_t{1} << 34; // in last_report
inline constexpr std::uint64_t cause_refused = std::uint64_t{1} << 35;     // by a sink

// The instance of reports from the kernel's log: their seq is the number of a record there.
inline constexpr std::uint64_t log_instance = 0;

struct Report {
    std::uint64_t seq = 0;
    std::uint64_t instance = 0;
    std::string tool;
    std::optional<std::uint64_t> id;
    std::string text;
    std::optional<std::uint32_t> text_bytes; // before any truncation
    std::uint64_t flags = 0;
    std::uint64_t time_real = 0;            // ns, CLOCK_REALTIME
    std::optional<std::uint64_t> time_boot; // ns, CLOCK_BOOTTIME
    std::optional<std::uint32_t> cpu;
    std::optional<std::uint32_t> pid;
    std::optional<std::string> comm;
    std::optional<std::uint32_t> context;

    bool operator==(const Report&) const = default;
};

// The reports from first to last, both included, that will never come.
struct Loss {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::uint64_t causes = 0;
    std::uint64_t instance = 0;

    bool operator==(const Loss&) const = default;
};

// ended == published + lost_no_slot + lost_ring_full; ended is the last SEQ.
struct Status {
    std::uint64_t instance = 0;
    std::string module_version;
    std::uint64_t ended = 0;
    std::uint64_t published = 0;
    std::uint64_t lost_no_slot = 0;
    std::uint64_t lost_ring_full = 0;
    std::uint64_t truncated = 0;
    std::uint64_t no_event = 0;
    std::uint64_t unterminated = 0;
    std::uint64_t no_text = 0;
    std::uint64_t multicast_failed = 0;
    std::optional<std::uint64_t> oldest_seq; // absent while the ring is empty
    std::optional<std::uint64_t> newest_seq;
    std::uint32_t ring_reports = 0;
    std::uint32_t ring_used = 0; // bytes
    std::uint32_t ring_size = 0; // bytes
    std::uint32_t slots = 0;
    std::uint32_t slot_size = 0;  // bytes
    std::uint32_t silence_ms = 0; // ms
    std::uint32_t start_event = 0;

    bool operator==(const Status&) const = default;
};

} // namespace error_report
