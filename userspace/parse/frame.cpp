// SPDX-License-Identifier: MIT
#include "parse/frame.h"

#include "parse/scan.h"

#include <algorithm>
#include <array>

namespace error_report {
namespace {

using namespace scan;

// Beyond any kernel's code; keeps what is printed as a number exact in JSON.
constexpr std::uint64_t largest_offset = std::uint64_t{1} << 40;

// "[module]", "[module 0123456789abcdef]" (a build id), or "[module(E)]".
bool take_module(std::string_view& text, LocationText& at) {
    auto rest = text;
    if (!take(rest, "["))
        return false;
    const auto name = take_while(rest, [](char c) { return is_word(c) || c == '-'; });
    if (name.empty() || name == "inline")
        return false;
    take_while(rest, [](char c) { return is_alpha(c) || c == '(' || c == ')' || c == '+'; });
    take(rest, " ");
    if (!contains(rest, ']'))
        return false;
    const auto build_id = take_until(rest, ']');
    at.build_id = std::ranges::all_of(build_id, is_hex) ? build_id : std::string_view();
    at.module = name;
    text = rest;
    return true;
}

// "mm/slub.c:123"
bool take_file(std::string_view& text, LocationText& at) {
    auto rest = text;
    const auto file = take_while(
        rest, [](char c) { return is_word(c) || c == '/' || c == '.' || c == '-' || c == '+'; });
    if (!contains(file, '.') || !take(rest, ":"))
        return false;
    const auto line = take_number(rest);
    if (!line)
        return false;
    at.file = file;
    at.line = line;
    text = rest;
    return true;
}

bool take_offset(std::string_view& text, LocationText& at) {
    auto rest = text;
    if (!take(rest, "+"))
        return false;
    const auto offset = take_hex(rest);
    if (!offset || *offset > largest_offset || !take(rest, "/"))
        return false;
    const auto size = take_hex(rest);
    if (!size || *size > largest_offset)
        return false;
    at.offset = offset;
    at.size = size;
    text = rest;
    return true;
}

void take_details(std::string_view& text, LocationText& at) {
    for (skip_spaces(text); take_module(text, at) || take_file(text, at); skip_spaces(text))
        ;
}

std::optional<LocationText> take_location(std::string_view& text) {
    auto rest = text;
    LocationText at;
    const auto function = take_while(rest, is_symbol);
    if (function.empty() || !take_offset(rest, at))
        return std::nullopt;
    at.function = function;
    take_details(rest, at);
    text = rest;
    return at;
}

// "[<ffffffff81234567>]", "[c000000012345678]", "[<0000000000000000>]"
bool take_address(std::string_view& text, std::optional<std::uint64_t>& address) {
    auto rest = text;
    if (!take(rest, "["))
        return false;
    take(rest, "<");
    const auto value = take_hex(rest);
    if (!value)
        return false;
    take(rest, ">");
    if (!take(rest, "]"))
        return false;
    skip_spaces(rest);
    address = value;
    text = rest;
    return true;
}

// A function that the compiler inlined: "kmalloc include/linux/slab.h:578 [inline]".
std::optional<LocationText> parse_inlined(std::string_view text) {
    LocationText at;
    const auto function = take_while(text, is_symbol);
    if (function.empty() || !take(text, " ") || !take_file(text, at) ||
        !text.starts_with(" [inline]"))
        return std::nullopt;
    at.function = function;
    return at;
}

// arm: "(a) from [<c0123456>] (b+0x1/0x2)", newer "a from b+0x1/0x2"
std::optional<FrameLine> parse_arm(std::string_view text) {
    const bool bracketed = take(text, "(");
    const auto function = take_while(text, is_symbol);
    if (function.empty() || (bracketed && !take(text, ")")) || !take(text, " from "))
        return std::nullopt;
    std::optional<std::uint64_t> address;
    take_address(text, address);
    take(text, "(");
    const auto caller = take_location(text);
    if (!caller)
        return std::nullopt;
    FrameLine line;
    line.frame.at.function = function;
    line.caller = FrameText{.at = *caller};
    return line;
}

struct Suffix {
    std::string_view text;
    bool numbered; // ".isra.12"
};

constexpr auto suffixes = std::to_array<Suffix>({
    {".constprop", true},
    {".isra", true},
    {".part", true},
    {".cold", true},
    {".llvm", true},
    {".lto_priv", true},
    {".localalias", true},
    {".cfi_jt", false},
    {".cfi", false},
});

constexpr auto prefixes =
    std::to_array<std::string_view>({"__pfx_", "__cfi_", "__SCT__", "__bpf_trace_"});

// "<IRQ>", "</TASK>", "<<EOE>>" …; the kernel closes them in the same line as a frame, or alone.
std::string_view take_marker(std::string_view& text) {
    auto rest = text;
    if (!take(rest, "<"))
        return {};
    take(rest, "<");
    const auto name =
        take_while(rest, [](char c) { return (c >= 'A' && c <= 'Z') || c == '/' || c == '#'; });
    if (name.empty() || !take(rest, ">"))
        return {};
    take(rest, ">");
    skip_spaces(rest);
    text = rest;
    return name;
}

constexpr auto ends = std::to_array<std::string_view>(
    {"/IRQ", "EOI", "EOE", "/NMI", "/SOFTIRQ", "/#DF", "/DF", "/#MC", "/ENTRY_TRAMPOLINE"});

bool is_end(std::string_view marker) {
    return std::ranges::find(ends, marker) != ends.end();
}

// Markers, and the frame counters of kmemleak and powerpc, before a frame.
bool take_front(std::string_view& text) {
    bool leaves = false;
    skip_spaces(text);
    for (auto marker = take_marker(text); !marker.empty(); marker = take_marker(text))
        leaves = leaves || is_end(marker);
    // Serial consoles print a time stamp between a marker and its frame.
    auto rest = text;
    if (take(rest, "[")) {
        skip_spaces(rest);
        if (take_number(rest) && take(rest, ".") && take_number(rest) && take(rest, "]")) {
            skip_spaces(rest);
            text = rest;
        }
    }
    return leaves;
}

std::string bounded(std::string_view text) {
    return std::string(text.substr(0, longest_part));
}

} // namespace

Location location_of(const LocationText& at) {
    return {
        .function = bounded(at.function),
        .offset = at.offset,
        .size = at.size,
        .module = bounded(at.module),
        .build_id = bounded(at.build_id),
        .file = bounded(at.file),
        .line = at.line};
}

std::optional<LocationText> parse_location(std::string_view text) {
    return take_location(text);
}

std::optional<FrameLine> parse_frame(std::string_view text) {
    FrameLine line;
    line.leaves = take_front(text);
    auto whole = text;
    take(text, "("); // s390
    std::optional<std::uint64_t> address;
    if (take_address(text, address)) {
        take_address(text, address);
        whole = text;
    }
    if (auto arm = parse_arm(whole)) {
        arm->leaves = line.leaves;
        return arm;
    }
    line.frame.inexact = take(text, "? ");
    skip_spaces(text);
    if (const auto at = take_location(text)) {
        line.frame.at = *at;
        line.frame.inlined = text.starts_with("[inline]");
        line.frame.inexact = line.frame.inexact || text.starts_with("(unreliable)");
        return line;
    }
    if (const auto at = parse_inlined(text)) {
        line.frame.at = *at;
        line.frame.inlined = true;
        return line;
    }
    if (text.starts_with("0x"))
        address = take_hex(text);
    else if (!text.empty())
        return std::nullopt;
    if (!address || !trim(text).empty())
        return std::nullopt;
    line.frame.address = address;
    return line;
}

bool leaves_interrupt(std::string_view text) {
    skip_spaces(text);
    const auto marker = take_marker(text);
    return text.empty() && is_end(marker);
}

bool begins_suffix(std::string_view text) {
    // All have the first byte, few the second.
    return text.size() > 1 && std::ranges::any_of(suffixes, [&](const Suffix& s) {
               return text[1] == s.text[1] && text.starts_with(s.text);
           });
}

std::string_view clean_function(std::string_view function) {
    for (const auto prefix : prefixes)
        take(function, prefix);
    for (auto dot = function.find('.', 1); dot != std::string_view::npos;
         dot = function.find('.', dot + 1)) {
        if (begins_suffix(function.substr(dot)))
            return function.substr(0, dot);
    }
    return function;
}

} // namespace error_report
