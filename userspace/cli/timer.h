// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <utility>
#include <vector>

namespace error_report {

// What is to be done again and again, between waits. It reads no clock.
class Timers {
  public:
    using Clock = std::chrono::steady_clock;
    using Action = std::function<void()>;

    void every(Clock::duration interval, Clock::time_point now, Action action) {
        timers_.push_back({interval, now + interval, std::move(action)});
    }

    // Runs what is due.
    void run(Clock::time_point now) {
        for (auto& timer : timers_)
            if (timer.due <= now) {
                timer.due = now + timer.interval;
                timer.action();
            }
    }

    // How long poll() may take, in ms; -1 without timers.
    [[nodiscard]] int timeout(Clock::time_point now) const {
        using std::chrono::milliseconds;
        int result = -1;
        for (const auto& timer : timers_) {
            const auto left =
                std::max(std::chrono::ceil<milliseconds>(timer.due - now), milliseconds{0});
            const auto ms = static_cast<int>(left.count());
            result = result < 0 ? ms : std::min(result, ms);
        }
        return result;
    }

  private:
    struct Timer {
        Clock::duration interval;
        Clock::time_point due;
        Action action;
    };

    std::vector<Timer> timers_;
};

} // namespace error_report
