// SPDX-License-Identifier: MIT
// Where each output stood when the program ended, however it ended: a small file, replaced in one
// step. It is worth nothing after a reboot, as the kernel's history is gone then, so that it needs
// no fsync(2): the boot id in it tells.
#pragma once

#include "report/error.h"
#include "report/position.h"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace error_report {

class State {
  public:
    // Reads path if it is there; what cannot be understood is no position, and why is in note.
    // What other outputs than these had saved is forgotten. Fails if path cannot be written.
    static Result<State> open(
        std::string path, std::string boot_id, const std::vector<std::string>& outputs,
        std::string& note);

    // The latest of this boot. Any thread, as what follows.
    [[nodiscard]] std::optional<Position> find(std::string_view output) const;

    // The latest of log_instance, SEQ 0 for none.
    [[nodiscard]] Position recovered(std::string_view output) const;

    Result<void> save(const std::string& output, Position position);

  private:
    using Positions = std::map<std::string, Position, std::less<>>;

    State(std::string path, std::string boot_id)
        : path_(std::move(path)), boot_id_(std::move(boot_id)),
          mutex_(std::make_unique<std::mutex>()) {}

    // Why there are no positions, if that is odd.
    std::string read();
    [[nodiscard]] Result<void> write() const;

    std::string path_;
    std::string boot_id_;
    std::unique_ptr<std::mutex> mutex_; // of positions_ and the file; apart, for it cannot move
    Positions positions_;
    Positions recovered_; // of log_instance
};

} // namespace error_report
