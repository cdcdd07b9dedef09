// SPDX-License-Identifier: MIT
#include "source/inbox.h"

#include "report/decode.h"
#include "source/datagram.h"

#include <linux/error_report.h>
#include <linux/genetlink.h>
#include <utility>

namespace error_report {
namespace {

template <class Record>
Event event_of(Result<Record> record) {
    if (!record)
        return Unreadable{record.error().message};
    return std::move(*record);
}

// A notification of the family; nothing for one that is newer than this program.
std::optional<Event> event_of(const GenericMessage& message) {
    if (message.command == ERROR_REPORT_CMD_REPORT_NTF)
        return event_of(decode_report(message.attributes));
    if (message.command == ERROR_REPORT_CMD_LOST_NTF)
        return event_of(decode_loss(message.attributes));
    return std::nullopt;
}

} // namespace

std::optional<Event> Inbox::next() {
    for (;;) {
        if (auto event = watch_.next())
            return event;
        if (rest_.empty())
            return std::nullopt;
        const auto message = next_message(rest_);
        if (!message)
            return Unreadable{message.error().message};
        if (message->type == NLMSG_OVERRUN)
            return Overrun{};
        if (message->type != GENL_ID_CTRL && message->type != family())
            continue;
        const auto generic = generic_message(*message);
        if (!generic)
            return Unreadable{generic.error().message};
        if (message->type == GENL_ID_CTRL)
            watch_.noticed(*generic);
        else if (auto event = event_of(*generic))
            return event;
    }
}

} // namespace error_report
