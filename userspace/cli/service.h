// SPDX-License-Identifier: MIT
// What systemd wants to hear of a service of Type=notify. Without it, nothing happens.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace error_report {

class Service {
  public:
    // Reads what systemd left in the environment.
    Service();

    // How often alive() has to be called, nothing if there is no watchdog: half of its time.
    [[nodiscard]] std::optional<std::chrono::milliseconds> interval() const { return interval_; }

    static void ready(const std::string& status);
    void alive() const;
    static void stopping();

  private:
    std::optional<std::chrono::milliseconds> interval_;
};

} // namespace error_report
