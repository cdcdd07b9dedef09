// SPDX-License-Identifier: GPL-2.0-only
// A processor that prints reports in all of its contexts.
#ifndef ERN_TESTS_CPU_H
#define ERN_TESTS_CPU_H

#include <array>
#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "machine.h"
#include "printk_log.h"

class Cpu {
  public:
    // @waits: while too many slots are in use. One access in @calm is interrupted.
    Cpu(Machine& machine, u32 id, bool waits, u32 seed, u32 calm = 512)
        : machine_(machine), id_(id), waits_(waits), calm_(calm), random_(seed),
          task_(0x1000000ul * (id + 1)) {}

    // Prints as many reports, unless it is told to stop.
    void run(u32 reports, const std::function<bool()>& stop) {
        running = this;
        port_interrupt = interrupt;
        for (u32 i = 0; i < reports && !stop(); i++) {
            for (; waits_ && machine_.crowded(); ++machine_.progress[id_])
                give_way();
            report(0);
            ++machine_.progress[id_];
        }
        port_interrupt = nullptr;
        machine_.progress[id_] = Machine::stopped;
    }

    const std::vector<Fired>& fired() const { return fired_; }

    static inline thread_local Cpu* running;

  private:
    u32 draw(u32 end) { return static_cast<u32>(random_() % end); }

    static void interrupt() { running->maybe_interrupted(); }

    // Another context of this CPU, or a report that the probe itself raised.
    void maybe_interrupted() {
        give_way_at_random();
        if (draw(calm_) || interrupts_ == interrupts_max || (waits_ && machine_.crowded()))
            return;
        const u32 level = level_ + draw(ERN_CONTEXTS - level_);
        if (level == level_ && !may_recur_)
            return;
        const u32 interrupted = level_;
        const bool recur = may_recur_;
        interrupts_++;
        level_ = level;
        report(1);
        level_ = interrupted;
        may_recur_ = recur;
        interrupts_--;
    }

    void report(u32 depth) {
        const u64 id = (u64{id_ * ERN_CONTEXTS + level_} << 40) + ++serial_;
        if (open_[level_] == ERN_NESTING_MAX)
            return end(Kind::event_only, id, 0);
        switch (draw(16)) {
        case 0:
            return end(Kind::event_only, id, 0);
        case 1:
            // Where slots run out some are lost at their headline, and what is counted is events.
            return waits_ ? ubsan(id) : warning(id, depth);
        case 2:
            if (depth == 0 && level_ == 0)
                return abandoned(id);
            [[fallthrough]];
        case 3:
        case 4:
        case 5:
            // A rule inside another one's report would end that.
            if (!open_kasan_[level_])
                return kasan(id, depth);
            return warning(id, depth);
        case 6:
        case 7:
            return begun(id, depth);
        default:
            return warning(id, depth);
        }
    }

    void warning(u64 id, u32 depth) {
        open_[level_]++;
        print("------------[ cut here ]------------");
        print_headline("WARNING: ", id);
        const u32 length = print_text("WARNING: ", id, depth);
        // What the probe raised between these two would prove that no event comes.
        may_recur_ = false;
        print("---[ end trace 0000000000000000 ]---");
        end(Kind::warning, id, length);
        may_recur_ = true;
        open_[level_]--;
    }

    void kasan(u64 id, u32 depth) {
        open_[level_]++;
        open_kasan_[level_]++;
        // What the probe raised between these two would take the rule for its own.
        may_recur_ = false;
        print(rule);
        print_headline("BUG: KASAN: ", id);
        may_recur_ = true;
        const u32 length = print_text("BUG: KASAN: ", id, depth);
        end(Kind::kasan, id, length);
        print(rule);
        open_kasan_[level_]--;
        open_[level_]--;
    }

    void begun(u64 id, u32 depth) {
        open_[level_]++;
        const ern_printer by = printer();
        ern_assembler_begin(&machine_.assembler, &by, begun_tool, id);
        print_headline("", id);
        end(Kind::begun, id, print_text("", id, depth));
        open_[level_]--;
    }

    void ubsan(u64 id) {
        open_[level_]++;
        print("------------[ cut here ]------------");
        print_headline("UBSAN: ", id);
        const u32 length = print_text("UBSAN: ", id, 3);
        fired_.push_back({id, Kind::ubsan, length});
        print("---[ end trace ]---");
        open_[level_]--;
    }

    // The task dies; another gets its address, or none does for a while.
    void abandoned(u64 id) {
        open_[level_]++;
        print("------------[ cut here ]------------");
        print_headline("WARNING: ", id);
        fired_.push_back({id, Kind::abandoned, print_text("WARNING: ", id, 3)});
        open_[level_]--;
        start_time_++;
        if (draw(2))
            task_ += ERN_TASK_ALIGN;
    }

    static std::string headline(const char* kind, u64 id) { return kind + tag(id) + "headline"; }

    void print_headline(const char* kind, u64 id) { print(headline(kind, id)); }

    // Prints lines, some in fragments, some reports in between; returns the length of
    // all, with the headline.
    u32 print_text(const char* kind, u64 id, u32 depth) {
        const std::string mine = tag(id);
        std::string text = headline(kind, id);
        for (u32 lines = draw(16); lines; lines--) {
            const std::string line =
                mine + std::string(draw(120), static_cast<char>('a' + draw(26)));
            const size_t half = draw(static_cast<u32>(line.size()) + 1);
            // A report that the probe raised between these two would break the line.
            may_recur_ = false;
            fragment(line.substr(0, half), false);
            fragment(line.substr(half) + '\n', true);
            may_recur_ = true;
            text += '\n' + line;
            if (depth < 3 && !draw(32) && !(waits_ && machine_.crowded()))
                report(depth + 1);
        }
        const std::string last = mine + "checksum " + std::to_string(checksum(text));
        print(last);
        return static_cast<u32>(text.size() + 1 + last.size());
    }

    void print(const std::string& line) { fragment(line + '\n', false); }

    void fragment(const std::string& text, bool continues) {
        const std::string_view at = logs_[interrupts_].store(1, text, continues);
        const ern_printer by = printer();
        if (!ern_assembler_idle(&machine_.assembler, &note_, at.data(), at.size()))
            ern_assembler_fragment(&machine_.assembler, &by, at.data(), at.size());
    }

    void end(Kind kind, u64 id, u32 length) {
        static const ern_detector* const warning = ern_detector_by_tool("warning");
        static const ern_detector* const kasan = ern_detector_by_tool("kasan");
        fired_.push_back({id, kind, length});
        // An event alone must not end the report around it.
        const ern_printer by = printer();
        if (kind == Kind::event_only)
            note_event_only(by, id);
        else if (kind == Kind::begun)
            ern_assembler_finish(&machine_.assembler, &by, begun_tool, id);
        else
            ern_assembler_end(&machine_.assembler, &by, kind == Kind::kasan ? kasan : warning, id);
    }

    // In a context of its own, a task that prints nothing.
    void note_event_only(ern_printer by, u64 id) {
        by.owner = (by.owner & (ERN_TASK_ALIGN - 1)) | (0x10000000ul * (id_ + 1));
        ern_assembler_end(&machine_.assembler, &by, nullptr, id);
    }

    ern_printer printer() {
        return {
            .owner = task_ | level_ << ERN_CONTEXT_SHIFT,
            .start_time = start_time_,
            .now = machine_.now,
            .note = &note_,
            .comm = "stress\0\0\0\0\0\0\0\0\0",
            .pid = id_,
            .cpu = id_,
            .context = level_,
        };
    }

    static constexpr u32 interrupts_max = 3; // one in the other
    static constexpr const char* begun_tool = "begun";

    static inline const std::string rule = std::string(66, '=');

    Machine& machine_;
    u32 id_;
    bool waits_;
    u32 calm_;
    std::mt19937 random_;
    unsigned long task_;
    u64 start_time_ = 1;
    u32 level_ = 0;
    u32 interrupts_ = 0;
    bool may_recur_ = true;
    std::array<u32, ERN_CONTEXTS> open_{};
    std::array<u32, ERN_CONTEXTS> open_kasan_{};
    u64 serial_ = 0;
    ern_note note_{};
    // One for each of those who interrupt each other, for no record that a probe still
    // reads is overwritten.
    std::array<PrintkLog, interrupts_max + 1> logs_{
        PrintkLog(8192, 512), PrintkLog(8192, 512), PrintkLog(8192, 512), PrintkLog(8192, 512)};
    std::vector<Fired> fired_;
};

#endif // ERN_TESTS_CPU_H
