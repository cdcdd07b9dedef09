// SPDX-License-Identifier: MIT
// One output: a queue, and a thread that encodes what is in it and hands it to the sink. However
// long the sink takes, nobody else waits.
#pragma once

#include "encode/encoder.h"
#include "output/queue.h"
#include "report/position.h"
#include "report/record.h"
#include "sink/sink.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

namespace error_report {

// What a writer tells and asks, from its own thread. They own what they use: that thread may
// outlive the Writer.
struct WriterHooks {
    std::function<std::uint64_t()> clock; // ns of CLOCK_REALTIME
    std::function<void(std::string_view)> note;
    // The sink has everything up to there.
    std::function<void(Position)> passed;
    // The sink is dead.
    std::function<void()> died;
};

class Writer {
  public:
    struct Counters {
        std::uint64_t reports = 0; // handed to the sink
        std::uint64_t dropped = 0; // found no room in the queue, or were refused by the sink
        std::size_t queued = 0;    // records
        std::size_t queued_bytes = 0;
        bool dead = false;
    };

    // queue_limit as Queue's. saved is where an earlier run of the output ended.
    Writer(
        std::string name, std::unique_ptr<Encoder> encoder, std::unique_ptr<Sink> sink,
        std::size_t queue_limit, std::optional<Position> saved, WriterHooks hooks);
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;
    Writer(Writer&&) = delete;
    Writer& operator=(Writer&&) = delete;
    // Does not wait for a sink that blocks: its thread is left behind.
    ~Writer();

    [[nodiscard]] const std::string& name() const;
    [[nodiscard]] const std::optional<Position>& saved() const;

    // What is up to there of that instance is not written. Before start().
    void begin_behind(Position position);
    // The thread. Once, after privileges were dropped: they are a thread's own. begin as above.
    void start(Position begin);

    // None of these blocks.
    void push(const std::shared_ptr<const Record>& record);
    void pass(Position position);
    void reopen();
    // Nothing is pushed any more: the thread ends when the queue is empty.
    void finish();
    // Nobody reads the sink any more, as its hangup_fd() says.
    void hang_up();

    // false if there was still something to write then.
    [[nodiscard]] bool wait_until(std::chrono::steady_clock::time_point until);
    // Where more than half of the queue is in use: until a quarter is, or the sink is dead. false
    // if it is not after so long.
    [[nodiscard]] bool wait_for_room(std::chrono::milliseconds limit);

    [[nodiscard]] Counters counters() const;
    [[nodiscard]] int hangup_fd() const;

  private:
    class Worker;
    std::shared_ptr<Worker> worker_;
    std::thread thread_;
};

} // namespace error_report
