// SPDX-License-Identifier: MIT
// A storm of one bug is one report and a count: the first report of a fingerprint passes, the
// others are counted for as long as a window lasts, and what was counted is said when it ends.
// Pure: the caller brings the time; nothing is ever dropped without a Suppressed that says so.
#pragma once

#include "report/meta.h"

#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <unordered_map>
#include <vector>

namespace error_report {

// What it has to know of a report.
struct Sighting {
    std::string fingerprint;
    std::string title;
    std::uint64_t instance = 0;
    std::uint64_t seq = 0;
    std::uint64_t time = 0; // ns of CLOCK_REALTIME
};

class Dedup {
  public:
    // Bounds of memory. A window that needs more ends early, with its Suppressed.
    static constexpr std::size_t most_windows = 1024;
    static constexpr std::size_t most_ranges = 64; // of one window

    // window in ns.
    explicit Dedup(std::uint64_t window) : window_(window) {}

    struct Verdict {
        bool pass = false;
        std::vector<Suppressed> ended; // to be written before the report
    };

    // SEQs of one instance only, until finish(). now in ns of any clock that does not go back, the
    // same in all calls.
    Verdict take(const Sighting& report, std::uint64_t now);

    // The windows that are over, oldest first, as far as they counted something.
    std::vector<Suppressed> expire(std::uint64_t now);

    // Ends all windows: the stream ends.
    std::vector<Suppressed> finish();

  private:
    struct Window {
        std::uint64_t ends = 0;
        Suppressed suppressed;
    };

    using Windows = std::list<Window>; // in the order of their ends

    void open(const Sighting& report, std::uint64_t now);
    void close(Windows::iterator window, std::vector<Suppressed>& ended);

    std::uint64_t window_;
    std::uint64_t newest_ = 0; // SEQ
    Windows windows_;
    std::unordered_map<std::string, Windows::iterator> by_fingerprint_;
};

} // namespace error_report
