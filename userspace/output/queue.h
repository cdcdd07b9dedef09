// SPDX-License-Identifier: MIT
// What waits for one sink: bounded, and where it is full it remembers what it could not take. Pure,
// for one thread at a time.
#pragma once

#include "report/position.h"
#include "report/record.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

namespace error_report {

class Queue {
  public:
    // A record to write; a loss that grows as long as it is the newest; or how far the stream got
    // without a line.
    using Item = std::variant<std::shared_ptr<const Record>, Lost, Position>;

    // limit in bytes of memory, about.
    explicit Queue(std::size_t limit) : limit_(limit) {}

    // What is up to there of that instance is not taken.
    void begin_behind(Position position) { begins_.push_back(position); }

    // A report without room becomes part of a Lost with cause_queue_full. What is no report is
    // small and rare: it has some room of its own, and is dropped beyond that; but what stands for
    // reports becomes part of a Lost then, too.
    void push(std::shared_ptr<const Record> record);

    // The stream got so far, and there is nothing to write for it.
    void pass(Position position);

    std::optional<Item> pop();

    [[nodiscard]] bool empty() const { return items_.empty(); }

    [[nodiscard]] std::size_t size() const { return items_.size(); }

    [[nodiscard]] std::size_t bytes() const { return bytes_; }

    // Reports that found no room, ever.
    [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

    void clear();

  private:
    [[nodiscard]] static std::size_t cost(const Item& item);
    void add(Item item);
    // Up to where the instance's SEQs are not taken; 0 for none.
    [[nodiscard]] std::uint64_t begin_of(std::uint64_t instance) const;
    void push_report(std::shared_ptr<const Record> record, const Report& report);
    void push_lost(std::shared_ptr<const Record> record, const Lost& lost);
    void push_suppressed(std::shared_ptr<const Record> record, const Suppressed& suppressed);
    void lose(const Loss& loss, std::uint64_t report_count);

    std::size_t limit_;
    std::vector<Position> begins_;
    std::deque<Item> items_;
    std::size_t bytes_ = 0;
    std::uint64_t dropped_ = 0;
};

} // namespace error_report
