// SPDX-License-Identifier: GPL-2.0-only
// Many contexts at once: threads are CPUs, and between any two accesses of the
// assembler to shared memory an interrupt may print reports of its own. Meant to run
// under ThreadSanitizer and AddressSanitizer, too.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "printk_log.h"
#include "pure.h"

namespace {

using namespace std::chrono_literals;

constexpr u32 slot_size = 1024;
constexpr u32 cpus = 4;

enum class Kind { warning, kasan, ubsan, abandoned, event_only };

constexpr Kind with_event[] = {Kind::warning, Kind::kasan, Kind::event_only};

bool has_event(Kind kind) {
    return std::find(std::begin(with_event), std::end(with_event), kind) != std::end(with_event);
}

struct Fired {
    u64 id;
    Kind kind;
    u32 length; // of its text
};

struct Collected {
    std::string tool;
    u32 flags;
    u64 id;
    u32 length;
    std::string text;
};

u64 checksum(std::string_view text) {
    u64 sum = 0xcbf29ce484222325;
    for (const char c : text)
        sum = (sum ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return sum;
}

// Every line of a report says whose it is: a capital for the context, which is there
// even if the line is cut short, and the id.
std::string tag(u64 id) {
    return std::string{'r', static_cast<char>('A' + (id >> 40))} + std::to_string(id) + ' ';
}

// Lets others run between two accesses to shared memory, so that races are lost as
// often as won.
void yield_at_random() {
    static thread_local std::minstd_rand random;
    if (random() % 128 == 0)
        std::this_thread::yield();
}

// The assembler, a collector and a sweeper.
class Machine {
  public:
    Machine(u32 slots, bool impatient)
        : impatient_(impatient), slots_(slots + ERN_SPARE_SLOTS), owners_(slots_), slot_(slots_),
          memory_(ern_assembler_text_size(slots, slot_size)) {
        current = this;
        ern_assembler_init(
            &assembler, owners_.data(), slot_.data(), memory_.data(), slots, slot_size, done);
    }

    // Takes what ended.
    void collect() {
        lost_ += static_cast<u64>(atomic_xchg(&assembler.lost, 0));
        llist_node* node = done_.exchange(nullptr);
        while (node) {
            // node is the first member.
            auto* slot = reinterpret_cast<ern_slot*>(node);
            node = node->next;
            const ern_report& report = slot->report;
            collected_.push_back(
                {report.tool, report.flags, report.id, report.text_len,
                 std::string(slot->text, slot->len)});
            ern_assembler_release(&assembler, slot);
        }
    }

    // Time passes only when every CPU got on: no report is silent for want of a
    // processor. Or else every report is ended under its owner's hands.
    void tick() {
        if (impatient_) {
            ern_assembler_sweep(&assembler, now, 0);
            return;
        }
        for (size_t cpu = 0; cpu < cpus; cpu++)
            if (progress[cpu] == seen_[cpu] && progress[cpu] != stopped)
                return;
        for (size_t cpu = 0; cpu < cpus; cpu++)
            seen_[cpu] = progress[cpu];
        now++;
        ern_assembler_sweep(&assembler, now, 4);
    }

    void finish() {
        ern_assembler_sweep(&assembler, now, 0);
        collect();
    }

    // What is printed at the moment still finds full slots.
    bool crowded() {
        return atomic_read(&assembler.active) > static_cast<int>(slots_ - ERN_SPARE_SLOTS) / 2;
    }

    const std::vector<unsigned long>& owners() const { return owners_; }

    const std::vector<Collected>& collected() const { return collected_; }

    u64 lost() const { return lost_; }

    static constexpr u64 stopped = UINT64_MAX;

    ern_assembler assembler;
    std::atomic<unsigned long> now{1000};
    std::array<std::atomic<u64>, cpus> progress{};

  private:
    static void done(ern_slot* slot) {
        llist_node* first = current->done_.load();
        do
            slot->node.next = first;
        while (!current->done_.compare_exchange_weak(first, &slot->node));
        yield_at_random();
    }

    static inline Machine* current;

    bool impatient_;
    u32 slots_;
    std::vector<unsigned long> owners_;
    std::vector<ern_slot> slot_;
    std::vector<char> memory_;
    std::atomic<llist_node*> done_{nullptr};
    std::array<u64, cpus> seen_{};
    std::vector<Collected> collected_;
    u64 lost_ = 0;
};

// A processor that prints reports in all of its contexts.
class Cpu {
  public:
    Cpu(Machine& machine, u32 id, bool waits)
        : machine_(machine), id_(id), waits_(waits), random_(id + 1),
          task_(0x1000000ul * (id + 1)) {}

    void run(std::chrono::steady_clock::time_point end) {
        running = this;
        port_interrupt = interrupt;
        for (u32 i = 0; i < 4000 && std::chrono::steady_clock::now() < end; i++) {
            for (; waits_ && machine_.crowded(); ++machine_.progress[id_])
                std::this_thread::yield();
            report(0);
            ++machine_.progress[id_];
        }
        port_interrupt = nullptr;
        machine_.progress[id_] = Machine::stopped;
    }

    const std::vector<Fired>& fired() const { return fired_; }

  private:
    u32 draw(u32 end) { return static_cast<u32>(random_() % end); }

    static void interrupt() { running->maybe_interrupted(); }

    // Another context of this CPU, or a report that the probe itself raised.
    void maybe_interrupted() {
        yield_at_random();
        if (draw(512) || interrupts_ == interrupts_max || (waits_ && machine_.crowded()))
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
            [[fallthrough]];
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
        print("------------[ cut here ]------------");
        print_headline("WARNING: ", id);
        fired_.push_back({id, Kind::abandoned, print_text("WARNING: ", id, 3)});
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

    static inline thread_local Cpu* running;
    static inline const std::string rule = std::string(66, '=');

    Machine& machine_;
    u32 id_;
    bool waits_; // while too many slots are in use
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

// Runs until all that was fired was collected.
std::vector<Fired> run(Machine& machine, bool waits) {
    std::vector<std::unique_ptr<Cpu>> all;
    std::vector<std::thread> threads;
    std::atomic<bool> stop{false};
    const auto end = std::chrono::steady_clock::now() + 2s;

    for (u32 id = 0; id < cpus; id++)
        all.push_back(std::make_unique<Cpu>(machine, id, waits));
    for (const auto& cpu : all)
        threads.emplace_back([&] { cpu->run(end); });
    std::thread sweeper([&] {
        for (port_interrupt = yield_at_random; !stop; std::this_thread::yield())
            machine.tick();
    });
    std::thread collector([&] {
        for (port_interrupt = yield_at_random; !stop; std::this_thread::yield())
            machine.collect();
    });
    for (std::thread& thread : threads)
        thread.join();
    stop = true;
    sweeper.join();
    collector.join();
    machine.finish();

    std::vector<Fired> fired;
    for (const auto& cpu : all)
        fired.insert(fired.end(), cpu->fired().begin(), cpu->fired().end());
    return fired;
}

bool ended_by_event(const Collected& report) {
    return !(report.flags & (ERROR_REPORT_FLAG_NO_EVENT | ERROR_REPORT_FLAG_UNTERMINATED));
}

// The id that every line carries, if it is the same one.
std::optional<u64> only_id(const std::string& text) {
    std::optional<u64> id;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        for (const char* headline : {"WARNING: ", "BUG: KASAN: ", "UBSAN: "})
            if (line.starts_with(headline))
                line.erase(0, std::strlen(headline));
        if (!line.starts_with('r'))
            return {};
        const u64 of_line = std::stoull(line.substr(2));
        if (id && *id != of_line)
            return {};
        id = of_line;
    }
    return id;
}

bool checksum_matches(const std::string& text) {
    const size_t last = text.rfind('\n');
    return last != text.npos &&
           text.ends_with(
               "checksum " + std::to_string(checksum(std::string_view(text).substr(0, last))));
}

u32 expected_flags(const Fired& fired) {
    u32 flags = 0;
    if (fired.length > slot_size)
        flags |= ERROR_REPORT_FLAG_TRUNCATED;
    if (fired.kind == Kind::ubsan)
        flags |= ERROR_REPORT_FLAG_NO_EVENT;
    if (fired.kind == Kind::abandoned)
        flags |= ERROR_REPORT_FLAG_UNTERMINATED;
    if (fired.kind == Kind::event_only)
        flags |= ERROR_REPORT_FLAG_NO_TEXT;
    return flags;
}

TEST(AssemblerStress, EveryReportComesOutOnceAndAsItWasPrinted) {
    Machine machine(64, false);
    const std::vector<Fired> fired = run(machine, true);

    ASSERT_EQ(machine.lost(), 0u);
    std::map<u64, const Collected*> by_id;
    for (const Collected& report : machine.collected()) {
        const std::optional<u64> id = report.text.empty() ? report.id : only_id(report.text);
        ASSERT_TRUE(id) << "lines of several reports in one:\n" << report.text;
        ASSERT_TRUE(by_id.emplace(*id, &report).second)
            << "twice, flags " << by_id[*id]->flags << ":\n"
            << by_id[*id]->text << "\nand, flags " << report.flags << ":\n"
            << report.text;
    }
    ASSERT_EQ(by_id.size(), fired.size());
    for (const Fired& one : fired) {
        ASSERT_TRUE(by_id.contains(one.id));
        const Collected& report = *by_id[one.id];
        ASSERT_EQ(report.flags, expected_flags(one)) << report.tool << '\n' << report.text;
        ASSERT_EQ(report.length, one.length) << report.text;
        if (has_event(one.kind)) {
            ASSERT_EQ(report.id, one.id) << report.text;
        }
        if (one.length && one.length <= slot_size) {
            ASSERT_TRUE(checksum_matches(report.text)) << report.text;
        }
    }
    EXPECT_THAT(machine.owners(), testing::Each(0ul));
    EXPECT_EQ(atomic_read(&machine.assembler.active), 0);
    RecordProperty("reports", static_cast<int>(fired.size()));
}

// Whatever else happens to the text: an event makes a report or a loss, and what
// another context printed is in none.
void expect_every_event_accounted_for(Machine& machine, const std::vector<Fired>& fired) {
    u64 events = 0;
    for (const Collected& report : machine.collected()) {
        events += ended_by_event(report);
        std::set<char> contexts;
        for (size_t at = 0; at + 1 < report.text.size(); at++)
            if (report.text[at] == 'r' && std::isupper(report.text[at + 1]))
                contexts.insert(report.text[at + 1]);
        ASSERT_LE(contexts.size(), 1u) << report.text;
    }
    const auto with_events = static_cast<u64>(std::count_if(
        fired.begin(), fired.end(), [](const Fired& one) { return has_event(one.kind); }));
    EXPECT_EQ(events + machine.lost(), with_events);
    EXPECT_THAT(machine.owners(), testing::Each(0ul));
    EXPECT_EQ(atomic_read(&machine.assembler.active), 0);
}

TEST(AssemblerStress, EveryEventIsAReportOrALossWhenSlotsRunOut) {
    Machine machine(1, false);
    const std::vector<Fired> fired = run(machine, false);

    expect_every_event_accounted_for(machine, fired);
    testing::Test::RecordProperty("lost", static_cast<int>(machine.lost()));
}

TEST(AssemblerStress, EveryEventIsAReportOrALossWhenReportsAreSweptAsTheyArePrinted) {
    Machine machine(64, true);
    const std::vector<Fired> fired = run(machine, true);

    expect_every_event_accounted_for(machine, fired);
    testing::Test::RecordProperty("reports", static_cast<int>(machine.collected().size()));
}

} // namespace
