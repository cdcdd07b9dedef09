// SPDX-License-Identifier: MIT
#include "source/netlink.h"

#include "report/decode.h"
#include "source/datagram.h"

#include <linux/error_report.h>
#include <utility>

namespace error_report {
namespace {

template <class Record>
Event event_of(Result<Record> record) {
    if (!record)
        return Unreadable{record.error().message};
    return std::move(*record);
}

} // namespace

Result<std::unique_ptr<NetlinkSource>> NetlinkSource::open() {
    auto requests = Requests::open();
    if (!requests)
        return tl::unexpected(requests.error());
    auto events = Socket::connect();
    if (!events)
        return tl::unexpected(events.error());
    // Before the join, so that the first burst already has room.
    const auto granted = events->enlarge_receive_buffer(wanted_buffer);
    if (!granted)
        return tl::unexpected(granted.error());
    if (auto joined = events->join_reports(); !joined)
        return tl::unexpected(joined.error());
    if (auto set = events->set_nonblocking(); !set)
        return tl::unexpected(set.error());
    return std::unique_ptr<NetlinkSource>(
        new NetlinkSource(std::move(*events), std::move(*requests), *granted));
}

std::optional<Event> NetlinkSource::next_event() {
    while (!rest_.empty()) {
        const auto message = next_message(rest_);
        if (!message)
            return Unreadable{message.error().message};
        if (message->type != requests_.family())
            continue;
        const auto generic = generic_message(*message);
        if (!generic)
            return Unreadable{generic.error().message};
        if (generic->command == ERROR_REPORT_CMD_REPORT_NTF)
            return event_of(decode_report(generic->attributes));
        if (generic->command == ERROR_REPORT_CMD_LOST_NTF)
            return event_of(decode_loss(generic->attributes));
        // A notification that is newer than this program.
    }
    return std::nullopt;
}

Result<void> NetlinkSource::reopen() {
    return fail("cannot join the group anew");
}

Result<std::optional<Event>> NetlinkSource::receive() {
    for (;;) {
        if (auto event = next_event())
            return event;
        auto received = events_.receive();
        if (!received)
            return tl::unexpected(received.error());
        if (std::holds_alternative<Empty>(*received))
            return std::nullopt;
        if (std::holds_alternative<Overrun>(*received))
            return Event{Overrun{}};
        datagram_ = std::move(std::get<Datagram>(*received));
        rest_ = datagram_.bytes;
    }
}

} // namespace error_report
