// SPDX-License-Identifier: MIT
#include "output/writer.h"

#include <algorithm>
#include <condition_variable>
#include <fmt/format.h>
#include <mutex>
#include <thread>
#include <utility>
#include <variant>

namespace error_report {
namespace {

// How long a sink that failed is left alone.
constexpr std::chrono::seconds retry_after{1};

} // namespace

// What both threads share. The writer's own outlives the Writer where the sink blocks for ever.
class Writer::Worker {
  public:
    Worker(
        std::string name, std::unique_ptr<Encoder> encoder, std::unique_ptr<Sink> sink,
        std::size_t queue_limit, std::optional<Position> saved, WriterHooks hooks)
        : name_(std::move(name)), saved_(saved), hooks_(std::move(hooks)),
          encoder_(std::move(encoder)), sink_(std::move(sink)), queue_limit_(queue_limit),
          queue_(queue_limit) {}

    const std::string& name() const { return name_; }

    const std::optional<Position>& saved() const { return saved_; }

    void begin_behind(Position position) { queue_.begin_behind(position); }

    int hangup_fd() const { return sink_->hangup_fd(); }

    void push(const std::shared_ptr<const Record>& record) {
        change([&] {
            if (!dead_)
                queue_.push(record);
        });
    }

    void pass(Position position) {
        change([&] {
            if (!dead_)
                queue_.pass(position);
        });
    }

    void reopen() {
        change([&] { reopen_ = true; });
    }

    void finish() {
        change([&] { finishing_ = true; });
    }

    // Without a word.
    void abandon() {
        change([&] {
            dead_ = true;
            queue_.clear();
        });
    }

    void die(std::string_view why) {
        bool first = false;
        change([&] {
            first = !std::exchange(dead_, true);
            queue_.clear();
        });
        if (!first)
            return;
        hooks_.note(why);
        hooks_.died();
    }

    bool wait_until_ended(std::chrono::steady_clock::time_point until) {
        std::unique_lock lock(mutex_);
        return changed_.wait_until(lock, until, [&] { return ended_; });
    }

    bool wait_for_room(std::chrono::milliseconds limit) {
        std::unique_lock lock(mutex_);
        return queue_.bytes() <= queue_limit_ / 2 ||
               changed_.wait_for(lock, limit, [&] { return dead_ || has_room(); });
    }

    Counters counters() const {
        const std::lock_guard lock(mutex_);
        return {reports_, queue_.dropped() + refused_, queue_.size(), queue_.bytes(), dead_};
    }

    // The thread.
    void run() {
        while (auto item = next())
            std::visit([&](auto& content) { handle(content); }, *item);
        change([&] { ended_ = true; });
    }

  private:
    bool has_room() const { return queue_.bytes() <= queue_limit_ / 4; }

    void change(const auto& what) {
        {
            const std::lock_guard lock(mutex_);
            what();
        }
        changed_.notify_all();
    }

    // Nobody waits for a counter.
    void count(std::uint64_t& counter, std::uint64_t more) {
        const std::lock_guard lock(mutex_);
        counter += more;
    }

    // Nothing when there will be nothing any more.
    std::optional<Queue::Item> next() {
        std::unique_lock lock(mutex_);
        for (;;) {
            changed_.wait(lock, [&] { return dead_ || finishing_ || reopen_ || !queue_.empty(); });
            if (dead_)
                return std::nullopt;
            // Before the end, too.
            if (std::exchange(reopen_, false)) {
                lock.unlock();
                if (auto reopened = sink_->reopen(); !reopened)
                    hooks_.note(reopened.error().message);
                lock.lock();
                continue;
            }
            auto item = queue_.pop();
            const bool room = has_room();
            lock.unlock();
            // Not at each: whoever waits for room would wake up for one record.
            if (room)
                changed_.notify_all();
            return item;
        }
    }

    enum class Outcome { written, refused, dead };

    void handle(const std::shared_ptr<const Record>& record) {
        if (const auto* report = std::get_if<Report>(record.get()))
            handle_report(*record, *report);
        else if (const auto* lost = std::get_if<Lost>(record.get()))
            handle(*lost);
        else if (const auto* stop = std::get_if<Stop>(record.get()))
            handle(*stop);
        else if (const auto* suppressed = std::get_if<Suppressed>(record.get()))
            handle(*record, *suppressed);
        else
            write(*record);
    }

    void handle_report(const Record& record, const Report& report) {
        switch (write(record)) {
        case Outcome::written:
            count(reports_, 1);
            hooks_.passed({report.instance, report.seq});
            break;
        case Outcome::refused:
            count(refused_, 1);
            handle(Lost{{report.seq, report.seq, cause_refused, report.instance}, report.seq});
            break;
        case Outcome::dead:
            break;
        }
    }

    void handle(const Record& record, const Suppressed& suppressed) {
        if (write(record) != Outcome::refused)
            return;
        count(refused_, suppressed.count);
        for (const auto& [first, last] : suppressed.seqs)
            write(Lost{{first, last, cause_refused, suppressed.instance}, suppressed.report_count});
    }

    void handle(const Lost& lost) {
        if (write(lost) != Outcome::dead)
            hooks_.passed({lost.loss.instance, lost.loss.last});
    }

    void handle(Stop stop) {
        stop.reports = counters().reports;
        write(stop);
    }

    void handle(Position position) { hooks_.passed(position); }

    // Until the sink has it or says that it never will.
    Outcome write(const Record& record) {
        const auto frame = encoder_->encode(record, hooks_.clock());
        bool failed = false;
        while (!frame.empty()) {
            const auto written = sink_->write(frame);
            if (written)
                break;
            const auto& error = written.error();
            if (error.kind == SinkError::Kind::dead) {
                die(error.message);
                return Outcome::dead;
            }
            if (!std::exchange(failed, true))
                hooks_.note(error.message);
            if (error.kind == SinkError::Kind::refused)
                return Outcome::refused;
            if (!wait_to_retry())
                return Outcome::dead;
        }
        if (failed)
            hooks_.note(fmt::format("{} takes lines again", name_));
        return Outcome::written;
    }

    // Or until it is dead; then false.
    bool wait_to_retry() {
        std::unique_lock lock(mutex_);
        return !changed_.wait_for(lock, retry_after, [&] { return dead_; });
    }

    const std::string name_;
    const std::optional<Position> saved_;
    const WriterHooks hooks_;
    const std::unique_ptr<Encoder> encoder_;
    const std::unique_ptr<Sink> sink_;
    const std::size_t queue_limit_;

    mutable std::mutex mutex_; // of all below
    std::condition_variable changed_;
    Queue queue_;
    std::uint64_t reports_ = 0;
    std::uint64_t refused_ = 0;
    bool reopen_ = false;
    bool finishing_ = false;
    bool dead_ = false;
    bool ended_ = false;
};

Writer::Writer(
    std::string name, std::unique_ptr<Encoder> encoder, std::unique_ptr<Sink> sink,
    std::size_t queue_limit, std::optional<Position> saved, WriterHooks hooks)
    : worker_(std::make_shared<Worker>(
          std::move(name), std::move(encoder), std::move(sink), queue_limit, saved,
          std::move(hooks))) {}

Writer::~Writer() {
    if (!thread_.joinable())
        return;
    worker_->abandon();
    constexpr std::chrono::milliseconds patience{100};
    if (worker_->wait_until_ended(std::chrono::steady_clock::now() + patience))
        thread_.join();
    else
        thread_.detach();
}

const std::string& Writer::name() const {
    return worker_->name();
}

const std::optional<Position>& Writer::saved() const {
    return worker_->saved();
}

void Writer::begin_behind(Position position) {
    worker_->begin_behind(position);
}

void Writer::start(Position begin) {
    begin_behind(begin);
    thread_ = std::thread([worker = worker_] { worker->run(); });
}

void Writer::push(const std::shared_ptr<const Record>& record) {
    worker_->push(record);
}

void Writer::pass(Position position) {
    worker_->pass(position);
}

void Writer::reopen() {
    worker_->reopen();
}

void Writer::finish() {
    worker_->finish();
}

void Writer::hang_up() {
    worker_->die(fmt::format("{} was closed by its reader", name()));
}

bool Writer::wait_until(std::chrono::steady_clock::time_point until) {
    return worker_->wait_until_ended(until) && !worker_->counters().dead;
}

bool Writer::wait_for_room(std::chrono::milliseconds limit) {
    return worker_->wait_for_room(limit);
}

Writer::Counters Writer::counters() const {
    return worker_->counters();
}

int Writer::hangup_fd() const {
    return worker_->hangup_fd();
}

} // namespace error_report
