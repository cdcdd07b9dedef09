// SPDX-License-Identifier: MIT
// The one place that knows which reports there are: a row for each. A new one is a row and its
// test.
#pragma once

#include "parse/pattern.h"
#include "parse/scan.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>

namespace error_report {

// Where to look for the function that a title names. A row lists some, in the order in which the
// report prints them; the function is the first of all that they yield that is not infrastructure.
enum class Clue : unsigned char {
    none,
    headline,    // "in FUNCTION+0x1/0x2" of the headline
    instruction, // the next "RIP: 0010:FUNCTION" or "pc : FUNCTION"
    trace,       // go on to the next "Call Trace:"
    stack,       // the frames from here to the next stack
    lock,        // the next "at: FUNCTION" of a lock
    interrupt,   // go on to where the timer interrupted
    became,      // go on to lockdep's "which became … at:"
    leak,        // go on to kmemleak's "backtrace"
};

using Clues = std::array<Clue, 3>;

// Which of the functions it is.
enum class Choice : unsigned char {
    first,
    stall, // a CPU that loops: the one that the dispatcher of work called, not where it happens to
           // be
    hang,  // a task that waits: the one that waits, not how
};

enum class Opening : unsigned char {
    always,
    // Often the next line of a report that has begun: joins it while that has no stack yet.
    unless_begun,
    // Is repeated for as long as it lasts, also into other reports.
    unless_open,
    // The first words of a kernel: only behind another's, which said no good-bye.
    if_running,
    // Says what the kernel does about a report that it has printed: never a report behind another.
    unless_seen,
    // Programs print such lines too: the kernel's has a time stamp, if its lines have any.
    if_stamped,
};

// How to find the function: a recipe, and its variations.
struct Where {
    Clues sources{};
    Clues otherwise{};                        // where sources yield nothing
    std::span<const std::string_view> skip{}; // more infrastructure, as parts of a name
    Choice choice = Choice::first;

    [[nodiscard]] constexpr Where without(std::span<const std::string_view> parts) const {
        return {sources, otherwise, parts, choice};
    }

    [[nodiscard]] constexpr Where choose(Choice other) const {
        return {sources, otherwise, skip, other};
    }
};

struct Detector {
    // Of the headline, without what find_headline() skips. The first row that fits is taken.
    std::string_view headline;
    std::string_view category; // empty: no report
    // {1} … are the headline's wildcards; empty: what title has before " in ".
    std::string_view type;
    // {f} the function, {a} Read or Write, {n} the next line. Without a function it ends at " in
    // {f}".
    std::string_view title;
    Where where{};
    Opening opening = Opening::always;
    bool needs_access = false; // fits only a report that says Read or Write
};

std::span<const Detector> detectors();

// A report's headline, in the text that it was found in.
struct Headline {
    std::size_t at = 0; // where the row's pattern begins
    std::size_t size = 0;
    std::size_t row = 0;                        // the first of detectors() that fits
    scan::ByteSet bytes = scan::ByteSet::any(); // that it has, as far as known

    // text is what it was found in.
    [[nodiscard]] std::string_view of(std::string_view text) const {
        return text.substr(std::min(at, text.size()), size);
    }
};

// line has no prefix of the log; nothing if it is no report's headline.
std::optional<Headline> find_headline(std::string_view line);

} // namespace error_report
