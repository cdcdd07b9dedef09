// SPDX-License-Identifier: MIT
#include "parse/body.h"

#include "parse/facts.h"
#include "parse/frame.h"
#include "parse/scan.h"

#include <algorithm>
#include <array>
#include <utility>

namespace error_report {
namespace {

using namespace scan;
using std::string_view;

constexpr std::size_t most_marks = 1024;

// A line above a stack.
struct Heading {
    Words part;
    StackKind kind;
    std::optional<MarkKind> mark;
};

// The first row that the line contains counts; any other line that ends in a colon is a heading
// too.
constexpr auto headings = std::to_array<Heading>({
    {"Call Trace", StackKind::faulting, MarkKind::trace},
    {"Call trace", StackKind::faulting, MarkKind::trace},
    {"Backtrace:", StackKind::faulting, MarkKind::trace},
    {"stack backtrace:", StackKind::faulting, {}},
    {"backtrace:", StackKind::allocated, MarkKind::leak},
    {"backtrace (crc", StackKind::allocated, MarkKind::leak},
    {"llocated by task", StackKind::allocated, MarkKind::stack},
    {"Allocated:", StackKind::allocated, MarkKind::stack},
    {"reed by task", StackKind::freed, MarkKind::stack},
    {"Freed:", StackKind::freed, MarkKind::stack},
    {"Uninit was stored to memory at", StackKind::stored, MarkKind::stack},
    {"Uninit was created at", StackKind::allocated, MarkKind::stack},
    {"Local variable ", StackKind::allocated, MarkKind::stack},
    {"page last allocated via", StackKind::allocated, MarkKind::became},
    {"page last free", StackKind::freed, MarkKind::stack},
    {"potentially related work creation", StackKind::other, MarkKind::stack},
    {"... which became ", StackKind::other, MarkKind::became},
    {"read at 0x", StackKind::faulting, {}},
    {"write at 0x", StackKind::faulting, {}},
    {"read to 0x", StackKind::faulting, {}},
    {"write to 0x", StackKind::faulting, {}},
    {"(marked) to 0x", StackKind::faulting, {}},
    {"Allocated in ", StackKind::allocated, MarkKind::stack},
    {"Freed in ", StackKind::freed, MarkKind::stack},
    {"Invalid free of 0x", StackKind::faulting, {}},
    {"Corrupted memory at 0x", StackKind::faulting, {}},
});

constexpr auto timer_interrupts =
    std::to_array<string_view>({"apic_timer_interrupt", "el1h_64_irq"});

// arm64 has no "</IRQ>": what stands behind one of these was interrupted.
constexpr auto interrupt_entries = std::to_array<string_view>(
    {"el1h_64_irq", "el1h_64_fiq", "el1t_64_irq", "el1t_64_fiq", "el1_irq"});

// Behind these stands where the CPU was; user space has no function.
constexpr auto instructions =
    std::to_array<string_view>({"RIP:", "IP: ", "PC is at ", "pc : ", "epc : ", "NIP "});

// ppc: "--- interrupt: 700 at func+0x1/0x2"
constexpr string_view interrupt_line = "--- interrupt: ";

bool is_heading(string_view line) {
    return line.ends_with(':') || line.starts_with("page last ") ||
           line.starts_with("Allocated in ") || line.starts_with("Freed in ");
}

string_view name_of(const LocationText& at) {
    return at.function.substr(0, std::min(at.function.find('.'), longest_part));
}

bool enters_interrupt(const FrameText& frame) {
    return frame.at.function.starts_with("el1") &&
           std::ranges::find(interrupt_entries, frame.at.function) != interrupt_entries.end();
}

class Reader {
  public:
    Reader(string_view text, const std::optional<Headline>& known, ParsedReport& report)
        : text_(text), known_(known), report_(report) {}

    void read() {
        for (auto rest = text_; !rest.empty();) {
            auto line = take_until(rest, '\n');
            if (line.ends_with('\r'))
                line.remove_suffix(1);
            if (body_.headline)
                read_line(line);
            else
                read_before_headline(line);
        }
    }

    Body take() { return std::move(body_); }

  private:
    void read_before_headline(string_view line) {
        if (body_.first_line.empty())
            body_.first_line = trim(line);
        body_.headline = headline_of(line);
        if (!body_.headline)
            return add_message(trim(line));
        add_headline(body_.headline->of(text_), body_.headline->bytes, report_);
        open_heading(StackKind::faulting, line);
    }

    std::optional<Headline> headline_of(string_view line) {
        const auto begin = static_cast<std::size_t>(line.data() - text_.data());
        if (known_)
            return known_->at < begin + line.size() ? known_ : std::nullopt;
        auto found = find_headline(line);
        if (found)
            found->at += begin;
        return found;
    }

    void add_message(string_view line) {
        auto& message = report_.message;
        if (line.empty() || message.size() + line.size() >= longest_part)
            return;
        message += message.empty() ? "" : "\n";
        message += line;
    }

    void read_line(string_view line) {
        if (const auto frame = parse_frame(line))
            return add_frames(*frame);
        if (leaves_interrupt(line)) {
            interrupted_ = true;
            return;
        }
        line = trim(line);
        if (line.empty())
            return;
        if (body_.next_line.empty())
            body_.next_line = line;
        add_fact(line, report_);
        mark_instruction(line);
        mark_lock(line);
        if (line.starts_with("Exception stack"))
            mark(MarkKind::interrupt, "");
        if (is_heading(line))
            read_heading(line);
    }

    void mark(MarkKind kind, string_view function) {
        if (body_.marks.size() < most_marks)
            body_.marks.push_back({.kind = kind, .function = function});
    }

    void mark_instruction(string_view line) {
        if (scan::take(line, interrupt_line)) {
            take_number(line);
            if (scan::take(line, " at "))
                if (const auto at = parse_location(line))
                    mark(MarkKind::instruction, name_of(*at));
            return;
        }
        for (const auto front : instructions) {
            if (!scan::take(line, front))
                continue;
            skip_spaces(line);
            // The code segment, "0010:".
            auto rest = line;
            if (take_number(rest) && scan::take(rest, ":"))
                line = rest;
            const auto frame = parse_frame(line);
            // arm prints "pc : [<ffffffdeadbeef>]    lr : …" behind "PC is at …".
            if (frame || !line.starts_with('['))
                mark(MarkKind::instruction, frame ? name_of(frame->frame.at) : "");
            return;
        }
    }

    void mark_lock(string_view line) {
        constexpr string_view at = " at: ";
        const auto found = find_last(line, at);
        lock_next_ = line.ends_with(" at:") && !contains(line, "which became");
        if (found == string_view::npos)
            return;
        if (const auto frame = parse_frame(line.substr(found + at.size())))
            mark(MarkKind::lock, name_of(frame->frame.at));
    }

    void read_heading(string_view line) {
        const ByteSet bytes(line);
        for (const auto& heading : headings) {
            if (find(line, bytes, heading.part) == string_view::npos)
                continue;
            if (heading.mark)
                mark(*heading.mark, "");
            return open_heading(heading.kind, line);
        }
        open_heading(StackKind::other, line);
    }

    // The stack itself begins with its first frame.
    void open_heading(StackKind kind, string_view line) {
        kind_ = kind;
        heading_ = line;
        open_ = false;
        interrupted_ = false;
    }

    bool open_stack() {
        auto& stacks = report_.stacks;
        if (open_)
            return true;
        if (stacks.size() == most_stacks)
            return false;
        const bool second =
            kind_ == StackKind::faulting && std::ranges::any_of(stacks, [](const Stack& stack) {
                return stack.kind == StackKind::faulting;
            });
        Stack stack;
        stack.kind = second ? StackKind::other : kind_;
        stack.title = trim(heading_).substr(0, longest_part);
        if (auto pid = between(stack.title, "by task ", ":"))
            stack.pid = take_number(*pid);
        // No step for each of the first, and no piece of memory that malloc has to search for.
        constexpr std::size_t first_frames = 4;
        stack.frames.reserve(first_frames);
        stacks.push_back(std::move(stack));
        open_ = true;
        return true;
    }

    void add_frames(const FrameLine& line) {
        interrupted_ = interrupted_ || line.leaves;
        add_frame(line.frame);
        if (line.caller)
            add_frame(*line.caller);
    }

    void add_frame(const FrameText& frame) {
        mark_frame(frame);
        if (!open_stack())
            return;
        auto& frames = report_.stacks.back().frames;
        // arm names each function twice, as the callee and as the caller of the line before.
        const bool repeated = !frame.at.offset && !frames.empty() && !frame.at.function.empty() &&
                              !frame.inlined && frames.back().at.function == frame.at.function;
        if (repeated || frames.size() == most_frames)
            return;
        frames.push_back(
            {.at = location_of(frame.at),
             .address = frame.address,
             .inexact = frame.inexact,
             .inlined = frame.inlined,
             .interrupted = interrupted_});
        interrupted_ = interrupted_ || (!frame.inexact && enters_interrupt(frame));
    }

    void mark_frame(const FrameText& frame) {
        const auto name = name_of(frame.at);
        if (frame.inexact || name.empty())
            return;
        if (lock_next_)
            mark(MarkKind::lock, name);
        lock_next_ = false;
        for (const auto part : timer_interrupts)
            if (contains(name, part))
                mark(MarkKind::interrupt, "");
        if (!frame.inlined)
            mark(MarkKind::frame, name);
    }

    string_view text_;
    const std::optional<Headline>& known_;
    ParsedReport& report_;
    Body body_;
    StackKind kind_ = StackKind::other;
    string_view heading_;
    bool open_ = false; // the last stack goes on
    bool interrupted_ = false;
    bool lock_next_ = false; // the next frame is where a lock was taken
};

} // namespace

Body read_body(string_view text, const std::optional<Headline>& known, ParsedReport& report) {
    Reader reader(text, known, report);
    reader.read();
    return reader.take();
}

} // namespace error_report
