// SPDX-License-Identifier: GPL-2.0-only
// An assembler with a printk log in front of it and a collector behind it.
#ifndef ERN_TESTS_ASSEMBLER_FIXTURE_H
#define ERN_TESTS_ASSEMBLER_FIXTURE_H

#include <array>
#include <cstring>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "printk_log.h"
#include "pure.h"

inline constexpr std::string_view cut_here = "------------[ cut here ]------------";
inline constexpr std::string_view end_trace = "---[ end trace 0000000000000000 ]---";
inline const std::string rule(66, '=');
inline constexpr const char* warn_line = "WARNING: CPU: 0 PID: 1 at m.c:3 f+0x1/0x2";
inline constexpr const char* kasan_line = "BUG: KASAN: slab-use-after-free in f+0x1/0x2";

inline constexpr u32 truncated = ERROR_REPORT_FLAG_TRUNCATED;
inline constexpr u32 no_event = ERROR_REPORT_FLAG_NO_EVENT;
inline constexpr u32 unterminated = ERROR_REPORT_FLAG_UNTERMINATED;
inline constexpr u32 no_text = ERROR_REPORT_FLAG_NO_TEXT;

// Who prints. The default is a task on CPU 0; tests change what matters to them.
struct Context {
    unsigned long task = 0x10000;
    u32 level = ERROR_REPORT_CONTEXT_TASK;
    u32 cpu = 0;
    u32 pid = 1;
    char comm[ERN_COMM_LEN] = "task";
    u64 start_time = 1;

    unsigned long owner() const { return task | level << ERN_CONTEXT_SHIFT; }
};

struct Report {
    std::string tool;
    u32 flags;
    std::string text;
    ern_report known;
};

inline std::ostream& operator<<(std::ostream& out, const Report& report) {
    return out << report.tool << ", flags " << report.flags << ": "
               << testing::PrintToString(report.text);
}

MATCHER_P3(
    IsReport, tool, flags, text,
    std::string(tool) + ", flags " + testing::PrintToString(flags) + ": " +
        testing::PrintToString(std::string(text))) {
    return arg.tool == tool && arg.flags == static_cast<u32>(flags) && arg.text == text;
}

class AssemblerTest : public testing::Test {
  protected:
    static constexpr u32 slots = 8;
    static constexpr u32 slot_size = 2048;

    AssemblerTest() {
        current = this;
        ern_assembler_init(
            &assembler, owners.data(), slot.data(), memory.data(), slots, slot_size, done);
    }

    // No test leaves a report that it did not look for, nor a slot that a sweep
    // cannot free.
    ~AssemblerTest() override {
        collecting = true;
        sweep(0);
        if (!holders) {
            EXPECT_THAT(reports(), testing::IsEmpty());
        }
        EXPECT_THAT(owners, testing::Each(0ul));
        EXPECT_EQ(atomic_read(&assembler.active), 0);
        current = nullptr;
    }

    // One whole line.
    void print(const Context& context, std::string_view line) {
        printk(context, std::string(line) + '\n');
    }

    // A new record as the kernel's printk() makes it; without a newline at its end
    // it can be continued.
    void printk(const Context& context, std::string_view text) { store(context, text, false); }

    // A record of so many bytes, of which nobody looks at more than a slot holds.
    void print_huge(const Context& context, size_t len) {
        static const std::string text(slot_size + 1, 'x');
        feed(
            [&](const ern_printer& by) {
                return ern_assembler_fragment(&assembler, &by, text.data(), len);
            },
            context);
    }

    void pr_cont(const Context& context, std::string_view text) { store(context, text, true); }

    void start(const Context& context) {
        feed([&](const ern_printer& by) { return ern_assembler_start(&assembler, &by); }, context);
    }

    // @tool names the event's detector; "" is one that the module does not know.
    void end(const Context& context, const char* tool, u64 id = 0) {
        const ern_detector* detector = ern_detector_by_tool(tool);
        feed(
            [&](const ern_printer& by) { return ern_assembler_end(&assembler, &by, detector, id); },
            context);
    }

    void begin(const Context& context, const char* tool, u64 id = 0) {
        feed(
            [&](const ern_printer& by) { return ern_assembler_begin(&assembler, &by, tool, id); },
            context);
    }

    void finish(const Context& context, const char* tool, u64 id = 0) {
        feed(
            [&](const ern_printer& by) { return ern_assembler_finish(&assembler, &by, tool, id); },
            context);
    }

    void sweep(unsigned long silence) {
        feed(
            [&](const ern_printer&) { return ern_assembler_sweep(&assembler, now, silence); },
            Context{});
    }

    // Other tasks hold so many slots, full ones first.
    void hold_slots(u32 count) {
        Context holder = {.task = 0x100000};
        holders = true;
        for (u32 i = 0; i < count; i++) {
            print(holder, cut_here);
            holder.task += 0x1000;
        }
    }

    // What ended since the last call.
    std::vector<Report> reports() { return std::move(reports_); }

    int lost() { return atomic_xchg(&assembler.lost, 0); }

    PrintkLog log;
    ern_assembler assembler;
    unsigned long now = 1000;
    // Off: finished reports keep their slots.
    bool collecting = true;
    // On: reports are left open on purpose.
    bool holders = false;

  private:
    static void done(ern_slot* slot) { current->done_.push_back(slot); }

    void store(const Context& context, std::string_view text, bool continues) {
        const std::string_view at = log.store(context.owner(), text, continues);
        feed(
            [&](const ern_printer& by) {
                return !ern_assembler_idle(&assembler, by.note, at.data(), at.size()) &&
                       ern_assembler_fragment(&assembler, &by, at.data(), at.size());
            },
            context);
    }

    template <typename Event>
    void feed(Event event, const Context& context) {
        const ern_printer by = {
            .owner = context.owner(),
            .start_time = context.start_time,
            .now = now,
            .note = &notes[context.cpu],
            .comm = context.comm,
            .pid = context.pid,
            .cpu = context.cpu,
            .context = context.level,
        };
        const size_t ended = done_.size();
        const int active = atomic_read(&assembler.active);
        const int lost = atomic_read(&assembler.lost);
        const bool changed = event(by);

        // Else nobody would look.
        EXPECT_TRUE(
            changed || (done_.size() == ended && atomic_read(&assembler.active) == active &&
                        atomic_read(&assembler.lost) == lost));
        if (collecting)
            collect();
    }

    void collect() {
        for (ern_slot* slot : done_) {
            const std::string text(slot->text, slot->len);
            reports_.push_back({slot->report.tool, slot->report.flags, text, slot->report});
            ern_assembler_release(&assembler, slot);
        }
        done_.clear();
    }

    static inline AssemblerTest* current;

    std::array<unsigned long, slots + ERN_SPARE_SLOTS> owners;
    std::array<ern_slot, slots + ERN_SPARE_SLOTS> slot;
    std::array<char, slots * slot_size + ERN_SPARE_SLOTS * ERN_SPARE_SIZE> memory;
    std::array<ern_note, 4> notes{};
    std::vector<ern_slot*> done_;
    std::vector<Report> reports_;
};

#endif // ERN_TESTS_ASSEMBLER_FIXTURE_H
