// SPDX-License-Identifier: MIT
// The events of a stream that are not reports. report_count is the last SEQ that the kernel had
// drawn at that moment: with it a reader proves that he missed nothing.
#pragma once

#include "report/report.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace error_report {

// Where the stream was written: the same in every line.
struct Origin {
    std::string boot_id;
    std::string host;
    std::string kernel;
};

struct Start {
    std::uint64_t instance = 0;
    std::uint64_t report_count = 0;
    std::uint64_t from = 0; // the first SEQ that the stream accounts for
    std::string version;    // this program's
    std::string module_version;
};

struct Lost {
    Loss loss;
    std::uint64_t report_count = 0;
};

// The reports from..to were fetched from the kernel's ring because they did not come by themselves.
struct Resync {
    std::uint64_t instance = 0;
    std::uint64_t report_count = 0;
    std::uint64_t from = 0;
    std::uint64_t to = 0;
    std::string_view why;
};

// The module was unloaded. report_count is the last that was known.
struct FamilyDown {
    std::uint64_t instance = 0;
    std::uint64_t report_count = 0;
    bool complete = true; // false: an overrun had dropped reports behind it that nobody can count
};

// The module was loaded again.
struct FamilyUp {
    std::uint64_t instance = 0;
    std::uint64_t report_count = 0;
};

struct Stop {
    std::uint64_t instance = 0;
    std::optional<std::uint64_t> report_count; // absent if the kernel could not be asked any more
    std::uint64_t to = 0;                      // the last SEQ that the stream accounts for
    std::uint64_t reports = 0;                 // lines written with event "report"
    std::string reason;
};

// The SEQs from first to last, both included.
struct SeqRange {
    std::uint64_t first = 0;
    std::uint64_t last = 0;

    bool operator==(const SeqRange&) const = default;
};

// Reports that were not written because one with the same fingerprint was, not long before.
struct Suppressed {
    std::uint64_t instance = 0;
    std::uint64_t report_count = 0;
    std::string fingerprint;
    std::string title;
    std::uint64_t count = 0;
    std::vector<SeqRange> seqs;   // exactly those
    std::uint64_t first_time = 0; // ns of CLOCK_REALTIME, when the first and the last of them ended
    std::uint64_t last_time = 0;

    bool operator==(const Suppressed&) const = default;
};

} // namespace error_report
