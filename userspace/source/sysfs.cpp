// SPDX-License-Identifier: MIT
#include "source/sysfs.h"

#include "source/clock.h"
#include "source/headline.h"

#include <cerrno>
#include <fmt/format.h>
#include <linux/error_report.h>
#include <string_view>
#include <sys/timerfd.h>
#include <utility>

namespace error_report {
namespace {

constexpr std::string_view truncated_mark = "<truncated>\n";

// How often the count may change while the text is read, before others get their turn.
constexpr int read_attempts = 8;

Report report_of(std::string text, std::uint64_t seq, std::uint64_t instance) {
    Report report;
    report.seq = seq;
    report.instance = instance;
    report.time_real = realtime();
    if (text.ends_with(truncated_mark)) {
        text.resize(text.size() - truncated_mark.size());
        report.flags = ERROR_REPORT_FLAG_TRUNCATED;
    }
    if (text.ends_with('\n'))
        text.pop_back();
    // Of one that was cut nobody knows how long it was.
    if (report.flags == 0)
        report.text_bytes = static_cast<std::uint32_t>(text.size());
    report.tool = tool_of(text);
    report.text = std::move(text);
    return report;
}

Result<FileDescriptor> make_timer() {
    FileDescriptor timer(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
    const itimerspec every_second{
        .it_interval = {.tv_sec = 1, .tv_nsec = 0}, .it_value = {.tv_sec = 1, .tv_nsec = 0}};
    if (!timer || timerfd_settime(timer.fd(), 0, &every_second, nullptr) < 0)
        return fail(fmt::format("cannot make a timer: {}", errno_text(errno)));
    return timer;
}

} // namespace

Result<SysfsSource::Files> SysfsSource::open_files(const std::string& folder) {
    auto report_count = SysfsFile::open(folder + "/report_count");
    if (!report_count)
        return tl::unexpected(report_count.error());
    auto last_report = SysfsFile::open(folder + "/last_report");
    if (!last_report)
        return tl::unexpected(last_report.error());
    const auto number = report_count->number();
    if (!number)
        return tl::unexpected(number.error());
    return Files{std::move(*report_count), std::move(*last_report), *number};
}

Result<std::unique_ptr<SysfsSource>> SysfsSource::open(std::string folder) {
    auto timer = make_timer();
    if (!timer)
        return tl::unexpected(timer.error());
    auto files = open_files(folder);
    if (!files)
        return tl::unexpected(files.error());
    const auto count = files->report_count.read_count();
    if (!count)
        return tl::unexpected(count.error());
    return std::unique_ptr<SysfsSource>(
        new SysfsSource(std::move(folder), std::move(*timer), std::move(*files), *count));
}

Result<void> SysfsSource::reopen() {
    auto files = open_files(folder_);
    if (!files) {
        came_ = false;
        return tl::unexpected(files.error());
    }
    files_ = std::move(*files);
    last_ = 0;
    is_behind_ = true;
    return {};
}

std::vector<pollfd> SysfsSource::waits() const {
    if (is_behind_ || queued_)
        return {};
    std::vector<pollfd> waits{{.fd = timer_.fd(), .events = POLLIN, .revents = 0}};
    if (files_)
        waits.push_back({.fd = files_->report_count.fd(), .events = POLLPRI, .revents = 0});
    return waits;
}

Result<std::optional<Event>> SysfsSource::receive() {
    if (queued_)
        return Event{*std::exchange(queued_, std::nullopt)};
    std::uint64_t ticks = 0;
    // Only to be waited for anew; whether it ticked does not matter.
    static_cast<void>(read(timer_.fd(), &ticks, sizeof(ticks)));
    if (!files_)
        return look_for_files();
    auto event = receive_report();
    if (!event && event.error().kind == ErrorKind::not_loaded)
        return lose_files();
    return event;
}

Result<std::optional<Event>> SysfsSource::receive_report() {
    const auto count = read_count();
    if (!count)
        return tl::unexpected(count.error());
    if (*count < last_)
        return fail(fmt::format("report_count went back from {} to {}", last_, *count));
    if (!is_behind_)
        return std::nullopt;
    auto report = read_last();
    if (!report)
        return tl::unexpected(report.error());
    if (!*report)
        return std::nullopt;
    is_behind_ = false;
    const Loss loss{last_ + 1, (*report)->seq - 1, cause_overwritten, files_->instance};
    last_ = (*report)->seq;
    if (loss.first > loss.last)
        return Event{std::move(**report)};
    queued_ = std::move(*report);
    return Event{loss};
}

Result<std::uint64_t> SysfsSource::read_count() {
    auto count = files_->report_count.read_count();
    // poll() does not say again what was read.
    is_behind_ = is_behind_ || (count && *count > last_);
    return count;
}

Result<std::optional<Report>> SysfsSource::read_last() {
    auto before = read_count();
    for (int attempt = 0; before && attempt < read_attempts; ++attempt) {
        auto text = files_->last_report.read();
        if (!text)
            return tl::unexpected(text.error());
        const auto after = read_count();
        if (after && *after == *before && *after != 0)
            return report_of(std::move(*text), *before, files_->instance);
        before = after;
    }
    if (!before)
        return tl::unexpected(before.error());
    return std::nullopt;
}

Result<Status> SysfsSource::status() {
    if (!files_)
        return fail(ErrorKind::not_loaded, fmt::format("{} is gone", folder_));
    const auto count = read_count();
    if (!count)
        return tl::unexpected(count.error());
    Status status;
    status.instance = files_->instance;
    status.ended = status.published = *count;
    if (*count != 0) {
        status.oldest_seq = status.newest_seq = *count;
        status.ring_reports = 1;
    }
    return status;
}

Result<void> SysfsSource::retained(std::uint64_t from, const ReportHandler& handler) {
    if (!files_)
        return fail(ErrorKind::not_loaded, fmt::format("{} is gone", folder_));
    auto report = read_last();
    if (!report)
        return tl::unexpected(report.error());
    if (!*report || (*report)->seq < from)
        return {};
    return handler(std::move(**report));
}

std::optional<Event> SysfsSource::lose_files() {
    files_.reset();
    is_behind_ = came_ = false;
    return FamilyGone{};
}

std::optional<Event> SysfsSource::look_for_files() {
    if (came_)
        return std::nullopt;
    if (const auto files = open_files(folder_);
        !files && files.error().kind == ErrorKind::not_loaded)
        return std::nullopt;
    came_ = true;
    return FamilyCame{};
}

} // namespace error_report
