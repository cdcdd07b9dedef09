// SPDX-License-Identifier: MIT
// The lines of any console log → the reports among them. Pure; memory is bounded, whatever the log.
#pragma once

#include "parse/detectors.h"
#include "parse/line.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace error_report {

struct FoundReport {
    std::string text;             // without prefixes and separators, lines separated by '\n'
    std::uint64_t first_line = 0; // numbers of the log's lines, from 1
    std::uint64_t last_line = 0;
    bool truncated = false; // longer than ReportFinder::longest_report; text is its beginning
    std::optional<Headline> headline; // in text; none where text is not as it was found
};

class ReportFinder {
  public:
    static constexpr std::size_t longest_report = std::size_t{64} << 10; // bytes
    static constexpr std::size_t most_open = 32; // reports that are printed at once

    using Taker = std::function<void(const FoundReport&)>;

    // take gets each report once it has ended, in the order of their headlines.
    explicit ReportFinder(Taker take) : take_(std::move(take)) {}

    // raw has no newline. It may hold several of the kernel's lines: see split().
    void line(std::string_view raw);

    // One that is known to be the kernel's own, and one line only.
    void whole_line(const LogLine& line);

    // The log ends, and with it every report.
    void finish();

  private:
    struct Open {
        FoundReport found;
        std::string caller;
        bool stamped = false;
        bool awaits_stack = false;
        bool has_stack = false;
        bool all_cpus = false; // other CPUs print their part of it
        bool ended = false;
        unsigned lines = 0;          // behind the headline
        unsigned strange = 0;        // lines in a row that look like no report's
        std::size_t known_bytes = 0; // of the text, up to the last line that does
        std::uint64_t seen_line = 0; // the last line of its caller
    };

    // What was printed behind "cut here" and may belong to a headline to come.
    struct Block {
        std::string caller;
        bool stamped = false;
        std::string text;
        std::uint64_t first_line = 0;
        unsigned lines = 0;
    };

    void count_line();
    void split(LogLine line);
    void join(std::string_view raw, LogLine& line);
    void one(const LogLine& line);
    void rest_of_record(const LogLine& line);
    bool separator(const LogLine& line);
    bool headline(const LogLine& line);
    void begin(const LogLine& line, Headline headline);
    void body(const LogLine& line);
    void body(const LogLine& line, Open& open) const;
    void add(Open& open, std::string_view text) const;
    void message(const LogLine& line);
    void end_all();
    void end_open(const LogLine& line);
    void end_begun(const LogLine& line);
    void open_block(const LogLine& line);
    Block take_block(const LogLine& line);
    Open* find_open(const LogLine& line);
    void end_silent();
    void deliver();

    Taker take_;
    std::uint64_t number_ = 0;
    std::string plain_;          // a line without its colours
    std::string last_caller_;    // of the last line with a stamp
    std::size_t last_stamp_ = 0; // how wide what stood before its text was
    bool foreign_ = false;       // and whether another program wrote it
    bool seen_ = false;          // there was a report
    bool running_ = false;       // a kernel has printed, and not that it reboots
    bool stamps_ = false;        // there was a line with a time stamp
    std::deque<Open> open_;      // in the order of their headlines
    std::deque<Block> blocks_;
};

} // namespace error_report
