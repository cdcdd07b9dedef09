// SPDX-License-Identifier: MIT
#include "source/netlink.h"

#include <linux/error_report.h>
#include <utility>

namespace error_report {
namespace {

// nlctrl's own group, of everybody's coming and going; open to all.
constexpr const char* directory = "nlctrl";
constexpr const char* directory_group = "notify";

Result<void> join_directory(Socket& events, Requests& requests) {
    const auto family = requests.look_up(directory);
    if (!family)
        return tl::unexpected(family.error());
    const auto group = family->group(directory_group);
    if (!group)
        return fail("the kernel does not tell when a module comes or goes");
    return events.join(*group);
}

} // namespace

Result<std::unique_ptr<NetlinkSource>> NetlinkSource::open(const NetlinkOptions& options) {
    auto requests = Requests::open(options.tap);
    if (!requests)
        return tl::unexpected(requests.error());
    auto events = Socket::connect(options.tap);
    if (!events)
        return tl::unexpected(events.error());
    // Before the join, so that the first burst already has room.
    const auto granted = events->enlarge_receive_buffer(options.receive_buffer);
    if (!granted)
        return tl::unexpected(granted.error());
    if (auto set = events->set_nonblocking(); !set)
        return tl::unexpected(set.error());
    if (auto joined = join_directory(*events, *requests); !joined)
        return tl::unexpected(joined.error());
    std::unique_ptr<NetlinkSource> source(
        new NetlinkSource(std::move(*events), std::move(*requests), options.join, *granted));
    // What happened between the look-up and the join.
    source->in_doubt_ = true;
    if (auto joined = source->join_reports(); !joined)
        return tl::unexpected(joined.error());
    return source;
}

Result<void> NetlinkSource::join_reports() {
    if (!join_)
        return {};
    const auto group = requests_.family().group(ERROR_REPORT_MCGRP_REPORTS);
    if (!group)
        return fail("the family error_report has no group \"reports\"");
    auto joined = events_.join(*group);
    if (!joined && joined.error().kind == ErrorKind::privilege)
        return fail(
            ErrorKind::privilege,
            "no permission to listen: joining the group \"reports\" needs CAP_SYS_ADMIN in the "
            "initial user namespace (run as root; reading with \"error-report list\" needs "
            "CAP_SYSLOG only)");
    return joined;
}

std::vector<pollfd> NetlinkSource::waits() const {
    if (inbox_.is_pending() || in_doubt_ || looked_up_)
        return {};
    return {{.fd = events_.fd(), .events = POLLIN, .revents = 0}};
}

Result<std::optional<Event>> NetlinkSource::receive() {
    for (;;) {
        if (auto event = inbox_.next())
            return event;
        auto received = events_.receive();
        if (!received)
            return tl::unexpected(received.error());
        if (std::holds_alternative<Overrun>(*received)) {
            in_doubt_ = true;
            return Event{Overrun{}};
        }
        if (auto* datagram = std::get_if<Datagram>(&*received)) {
            datagram_ = std::move(*datagram);
            inbox_.put(datagram_.bytes);
            continue;
        }
        const auto settled = settle_doubt();
        if (!settled)
            return tl::unexpected(settled.error());
        if (!*settled)
            return std::nullopt;
    }
}

Result<bool> NetlinkSource::settle_doubt() {
    if (looked_up_) {
        inbox_.looked_up(*std::exchange(looked_up_, std::nullopt));
        return true;
    }
    if (!std::exchange(in_doubt_, false))
        return false;
    const auto family = requests_.look_up(ERROR_REPORT_FAMILY_NAME);
    if (!family && family.error().kind != ErrorKind::not_loaded)
        return tl::unexpected(family.error());
    looked_up_.emplace(family ? std::optional(family->id) : std::nullopt);
    return true;
}

template <class T>
Result<T> NetlinkSource::doubting(Result<T> answer) {
    if (!answer && answer.error().kind == ErrorKind::not_loaded)
        in_doubt_ = true;
    return answer;
}

Result<Status> NetlinkSource::status() {
    return doubting(requests_.status());
}

Result<void> NetlinkSource::retained(std::uint64_t from, const ReportHandler& handler) {
    return doubting(requests_.retained(from, handler));
}

Result<void> NetlinkSource::report(std::uint64_t seq, const ReportHandler& handler) {
    return doubting(requests_.report(seq, handler));
}

Result<void> NetlinkSource::reopen() {
    return doubting(requests_.resolve().and_then([&] { return join_reports(); }));
}

} // namespace error_report
