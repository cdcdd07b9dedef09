// SPDX-License-Identifier: GPL-2.0-only
// Many contexts at once: threads are CPUs, and between any two accesses of the
// assembler to shared memory an interrupt may print reports of its own. Meant to run
// under ThreadSanitizer and AddressSanitizer, too.
#include <atomic>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "accounts.h"
#include "cpu.h"

namespace {

using namespace std::chrono_literals;

// Runs until all that was fired was collected.
std::vector<Fired> run(Machine& machine, bool waits) {
    std::vector<std::unique_ptr<Cpu>> all;
    std::vector<std::thread> threads;
    std::atomic<bool> stop{false};
    const auto too_late = [end = std::chrono::steady_clock::now() + 2s] {
        return std::chrono::steady_clock::now() > end;
    };

    for (u32 id = 0; id < cpus; id++)
        all.push_back(std::make_unique<Cpu>(machine, id, waits, id + 1));
    for (const auto& cpu : all)
        threads.emplace_back([&] { cpu->run(4000, too_late); });
    std::thread sweeper([&] {
        for (port_interrupt = give_way_at_random; !stop; give_way())
            machine.tick();
    });
    std::thread collector([&] {
        for (port_interrupt = give_way_at_random; !stop; give_way())
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

TEST(AssemblerStress, EveryReportComesOutOnceAndAsItWasPrinted) {
    Machine machine(64, false);
    const std::vector<Fired> fired = run(machine, true);

    expect_all_whole(machine, fired);
    RecordProperty("reports", static_cast<int>(fired.size()));
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
