// SPDX-License-Identifier: MIT
// What a report says, as plain data. Nothing is guessed: what the text does not say is absent, and
// what is here is in the text. Strings are the kernel's bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace error_report {

// The bounds of a ParsedReport, whatever the text; what is beyond is left out.
inline constexpr std::size_t most_stacks = 8;
inline constexpr std::size_t most_frames = 64; // of one stack
inline constexpr std::size_t most_modules = 128;
inline constexpr std::size_t longest_part = 256; // bytes of any string here

// A place in the kernel's code.
struct Location {
    std::string
        function; // as printed, with the compiler's suffixes; empty where only a file is known
    std::optional<std::uint64_t> offset;
    std::optional<std::uint64_t> size;
    std::string module;
    std::string build_id; // of the module, where printed
    std::string file;
    std::optional<std::uint64_t> line;
};

struct Frame {
    Location at;
    std::optional<std::uint64_t> address; // where printed in place of a function
    bool inexact = false;                 // "?": found on the stack, perhaps left over
    bool inlined = false;
    bool interrupted = false; // below an interrupt or exception that came in between
};

enum class StackKind { faulting, allocated, freed, stored, other };

std::string_view stack_kind_name(StackKind kind);

struct Stack {
    StackKind kind = StackKind::other;
    std::string title; // the line above it: "Allocated by task 42:"
    std::optional<std::uint64_t> pid;
    std::vector<Frame> frames;
};

struct Access {
    std::string kind; // "read", "write", "free"
    std::optional<std::uint64_t> size;
    std::optional<std::uint64_t> address;
    std::string pointer_tag; // "f5", of KASAN by tags: the pointer's own
    std::string memory_tag;  // and that of what it points to
};

struct Task {
    std::string comm;
    std::optional<std::uint64_t> pid;
    std::optional<std::uint64_t> cpu;
};

// The memory that the report is about.
struct Object {
    std::string cache;
    std::optional<std::uint64_t> size; // bytes
    std::optional<std::uint64_t> start;
    std::string region; // "located 0 bytes inside of freed 96-byte region"
};

struct Module {
    std::string name;
    std::string flags; // the letters behind it: "OE"
    std::string build_id;
};

struct ParsedReport {
    std::string title;
    std::string_view category; // of the detector's row: "kasan", "lockdep" …; static
    std::string type;          // "slab-use-after-free", "refcount bug" …
    std::string function;      // the one that the title names, cleaned
    std::string message;       // what WARN printed before its headline
    std::optional<Access> access;
    std::optional<Location> location;
    std::vector<Stack> stacks;
    std::optional<Task> task;
    std::optional<Object> object;
    std::string taint;  // "G    B" or "Not tainted"
    std::string kernel; // release
    std::string build;  // "#1"
    std::string hardware;
    std::string workqueue; // "events foo_work"
    std::vector<Module> modules;
    std::string fingerprint; // "1:0123456789abcdef"
};

} // namespace error_report
