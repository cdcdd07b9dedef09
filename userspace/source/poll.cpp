// SPDX-License-Identifier: MIT
#include "source/poll.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

namespace error_report {
namespace {

constexpr const char* count_path = "/sys/kernel/error_report/report_count";

// The module registers its family first and its files right behind.
constexpr std::chrono::milliseconds files_limit{2000};
constexpr std::chrono::milliseconds files_step{1};

Result<SysfsFile> open_count() {
    using Clock = std::chrono::steady_clock;
    for (const auto until = Clock::now() + files_limit;;) {
        auto file = SysfsFile::open(count_path);
        if (file || file.error().kind != ErrorKind::not_loaded || Clock::now() >= until)
            return file;
        std::this_thread::sleep_for(files_step);
    }
}

} // namespace

Result<std::unique_ptr<PollSource>> PollSource::open() {
    auto netlink = NetlinkSource::open({.join = false});
    if (!netlink)
        return tl::unexpected(netlink.error());
    std::unique_ptr<PollSource> source(new PollSource(std::move(*netlink)));
    if (auto begun = source->begin(false); !begun)
        return tl::unexpected(begun.error());
    // To be refused now rather than at the first report.
    const auto tried = source->netlink_->report(1, [](const auto&) { return Result<void>(); });
    if (!tried && tried.error().kind != ErrorKind::no_such_report)
        return tl::unexpected(tried.error());
    return source;
}

Result<void> PollSource::begin(bool anew) {
    auto file = open_count();
    if (!file)
        return tl::unexpected(file.error());
    const auto status = netlink_->status();
    if (!status)
        return tl::unexpected(status.error());
    report_count_ = std::move(*file);
    instance_ = status->instance;
    next_ = anew ? 1 : status->ended + 1;
    count_ = 0;
    return {};
}

Result<void> PollSource::reopen() {
    return netlink_->reopen().and_then([&] { return begin(true); });
}

std::vector<pollfd> PollSource::waits() const {
    auto waits = netlink_->waits();
    if (waits.empty() || (report_count_ && next_ <= count_))
        return {};
    if (report_count_)
        waits.push_back({.fd = report_count_->fd(), .events = POLLPRI, .revents = 0});
    return waits;
}

Result<std::optional<Event>> PollSource::receive() {
    if (auto looked = look(); !looked)
        return tl::unexpected(looked.error());
    if (report_count_ && next_ <= count_) {
        auto event = fetch();
        if (event && *event)
            return event;
        if (!event && event.error().kind != ErrorKind::not_loaded)
            return event;
        if (!event)
            report_count_.reset();
    }
    return receive_notice();
}

Result<void> PollSource::look() {
    if (!report_count_ || next_ <= count_)
        return {};
    const auto count = report_count_->read_count();
    if (count) {
        count_ = *count;
        return {};
    }
    if (count.error().kind != ErrorKind::not_loaded)
        return tl::unexpected(count.error());
    // poll() would say for ever that it changed.
    report_count_.reset();
    return {};
}

Result<std::optional<Event>> PollSource::fetch() {
    std::optional<Event> event;
    const auto asked = netlink_->report(next_, [&](Result<Report> report) {
        event = report ? Event{std::move(*report)} : Event{Unreadable{report.error().message}};
        return Result<void>();
    });
    if (!asked && asked.error().kind == ErrorKind::no_such_report)
        return skip();
    if (!asked)
        return tl::unexpected(asked.error());
    ++next_;
    return event;
}

Result<std::optional<Event>> PollSource::skip() {
    auto found = count_ + 1;
    const auto asked = netlink_->retained(next_, [&](const Result<Report>& report) {
        if (report)
            found = std::min(found, report->seq);
        return Result<void>();
    });
    if (!asked)
        return tl::unexpected(asked.error());
    const Loss loss{next_, found - 1, cause_not_retained, instance_};
    next_ = found;
    return loss.first <= loss.last ? std::optional<Event>(loss) : std::nullopt;
}

Result<std::optional<Event>> PollSource::receive_notice() {
    for (;;) {
        auto event = netlink_->receive();
        // It looks for itself what of the family an overrun has hidden; more is not received.
        if (event && *event && std::holds_alternative<Overrun>(**event))
            continue;
        if (event && *event && std::holds_alternative<FamilyGone>(**event))
            report_count_.reset();
        return event;
    }
}

} // namespace error_report
