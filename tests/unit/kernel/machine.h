// SPDX-License-Identifier: GPL-2.0-only
// The assembler, with who collects and sweeps, and what was printed and came out of it.
#ifndef ERN_TESTS_MACHINE_H
#define ERN_TESTS_MACHINE_H

#include <algorithm>
#include <array>
#include <atomic>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "pure.h"

inline constexpr u32 slot_size = 1024;
inline constexpr u32 cpus = 4;

enum class Kind { warning, kasan, ubsan, begun, abandoned, event_only };

inline constexpr Kind with_event[] = {Kind::warning, Kind::kasan, Kind::begun, Kind::event_only};

inline bool has_event(Kind kind) {
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

inline u64 checksum(std::string_view text) {
    u64 sum = 0xcbf29ce484222325;
    for (const char c : text)
        sum = (sum ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return sum;
}

// Every line of a report says whose it is: a capital for the context, which is there
// even if the line is cut short, and the id.
inline std::string tag(u64 id) {
    return std::string{'r', static_cast<char>('A' + (id >> 40))} + std::to_string(id) + ' ';
}

// Gives way to another thread. A scheduler of its own can take its place.
inline thread_local void (*give_way)() = std::this_thread::yield;

// Has others run between two accesses to shared memory, so that races are lost as
// often as won.
class Chance {
  public:
    // One in @odds.
    void seed(u32 value, u32 odds) {
        random_.seed(value);
        odds_ = odds;
    }

    void take() {
        if (random_() % odds_ == 0)
            give_way();
    }

  private:
    std::minstd_rand random_;
    u32 odds_ = 128;
};

inline thread_local Chance chance;

inline void give_way_at_random() {
    chance.take();
}

// The assembler, a collector and a sweeper.
class Machine {
  public:
    // @impatient: every report is ended under its owner's hands. @spares may be fewer
    // than the module's, for the others are only looked through.
    Machine(u32 slots, bool impatient, u32 spares = ERN_SPARE_SLOTS)
        : impatient_(impatient), slots_(slots), owners_(slots + ERN_SPARE_SLOTS),
          slot_(slots + ERN_SPARE_SLOTS), memory_(ern_assembler_text_size(slots, slot_size)) {
        current = this;
        ern_assembler_init(
            &assembler, owners_.data(), slot_.data(), memory_.data(), slots, slot_size, done);
        assembler.n = slots + spares;
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
    // processor.
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
    bool crowded() { return atomic_read(&assembler.active) > static_cast<int>(slots_) / 2; }

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
        give_way_at_random();
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

#endif // ERN_TESTS_MACHINE_H
