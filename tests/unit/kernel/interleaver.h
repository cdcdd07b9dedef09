// SPDX-License-Identifier: GPL-2.0-only
// Threads that take turns, so that the same seed gives the same interleaving.
#ifndef ERN_TESTS_INTERLEAVER_H
#define ERN_TESTS_INTERLEAVER_H

#include <cstddef>
#include <functional>
#include <memory>
#include <random>
#include <utility>
#include <vector>

#include <setjmp.h>
#include <ucontext.h>

#include "machine.h"

// Runs functions on stacks of their own, one at a time. Where one gives way another,
// drawn at random, goes on. All is sequentially consistent; what weaker memory would
// show is for ThreadSanitizer to find.
class Interleaver {
  public:
    explicit Interleaver(u32 seed) : random_(seed) {}

    void add(std::function<void()> body) {
        fibers_.push_back(std::make_unique<Fiber>(std::move(body)));
    }

    // Until all have returned.
    void run() {
        current = this;
        while (!fibers_.empty())
            resume(random_() % fibers_.size());
        current = nullptr;
    }

    // From within one: others go on first, or the same one again.
    static void give_way() {
        if (!current)
            return; // all have ended
        // Each has its own, as if they were threads.
        auto* const interrupt = port_interrupt;
        if (!_setjmp(current->running_->place))
            _longjmp(current->place_, 1);
        port_interrupt = interrupt;
    }

    u64 switches() const { return switches_; }

  private:
    struct Fiber {
        explicit Fiber(std::function<void()> function) : body(std::move(function)) {}

        static constexpr size_t stack_size = 256 * 1024;

        std::function<void()> body;
        std::unique_ptr<char[]> stack = std::make_unique_for_overwrite<char[]>(stack_size);
        jmp_buf place{};
        bool begun = false;
        bool ended = false;
    };

    static void enter() {
        Fiber& fiber = *current->running_;
        fiber.body();
        fiber.ended = true;
        _longjmp(current->place_, 1);
    }

    void resume(size_t which) {
        switches_++;
        running_ = fibers_[which].get();
        // swapcontext() each time would be two system calls a switch.
        if (!_setjmp(place_)) {
            if (running_->begun)
                _longjmp(running_->place, 1);
            begin(*running_);
        }
        if (running_->ended)
            std::erase_if(fibers_, [](const auto& fiber) { return fiber->ended; });
    }

    static void begin(Fiber& fiber) {
        ucontext_t context;
        fiber.begun = true;
        getcontext(&context);
        context.uc_stack.ss_sp = fiber.stack.get();
        context.uc_stack.ss_size = Fiber::stack_size;
        makecontext(&context, enter, 0);
        setcontext(&context);
    }

    static inline Interleaver* current;

    std::mt19937 random_;
    std::vector<std::unique_ptr<Fiber>> fibers_;
    Fiber* running_ = nullptr;
    jmp_buf place_{};
    u64 switches_ = 0;
};

#endif // ERN_TESTS_INTERLEAVER_H
