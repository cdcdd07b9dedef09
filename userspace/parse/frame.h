// SPDX-License-Identifier: MIT
// One line of a stack trace.
#pragma once

#include "parse/parsed.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace error_report {

// A Location and a Frame as views of their line.
struct LocationText {
    std::string_view function;
    std::optional<std::uint64_t> offset;
    std::optional<std::uint64_t> size;
    std::string_view module;
    std::string_view build_id;
    std::string_view file;
    std::optional<std::uint64_t> line;
};

struct FrameText {
    LocationText at;
    std::optional<std::uint64_t> address;
    bool inexact = false;
    bool inlined = false;
};

Location location_of(const LocationText& at);

// FUNCTION+0x1/0x2, with the module and the file that may follow.
std::optional<LocationText> parse_location(std::string_view text);

struct FrameLine {
    FrameText frame;
    std::optional<FrameText> caller; // arm prints both: "(a) from (b+0x1/0x2)"
    bool leaves = false;             // the line says that what follows was interrupted
};

// A frame as x86, arm, arm64, powerpc, s390 and riscv print it, symbolised by a script or not.
// text has no prefix of the log.
std::optional<FrameLine> parse_frame(std::string_view text);

// "</IRQ>", "<EOI>" and their like alone in a line: what follows was interrupted.
bool leaves_interrupt(std::string_view text);

// Whether it begins with a suffix that compilers add to a function's name (.isra.0, .cold …).
bool begins_suffix(std::string_view text);

// Without the compiler's suffixes (.isra.0, .cold, .llvm.123 …) and prefixes (__pfx_, __cfi_).
std::string_view clean_function(std::string_view function);

} // namespace error_report
