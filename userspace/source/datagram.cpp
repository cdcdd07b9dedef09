// SPDX-License-Identifier: MIT
#include "source/datagram.h"

#include <algorithm>
#include <linux/genetlink.h>
#include <linux/netlink.h>

namespace error_report {
namespace {

std::string extended_text(Bytes attributes) {
    while (const auto attribute = next_attribute(attributes))
        if (attribute->type == NLMSGERR_ATTR_MSG)
            return string_of(attribute->payload);
    return {};
}

// An NLMSG_ERROR repeats the request before its attributes: the header alone if capped.
std::size_t repeated_request(const Message& message, Bytes behind_error) {
    const auto request = front_as<nlmsghdr>(behind_error);
    if (!request || (message.flags & NLM_F_CAPPED) != 0)
        return sizeof(nlmsghdr);
    return std::max<std::size_t>(request->nlmsg_len, sizeof(nlmsghdr));
}

} // namespace

std::string string_of(Bytes payload) {
    const auto end = std::ranges::find(payload, std::byte{0});
    return {
        reinterpret_cast<const char*>(payload.data()),
        static_cast<std::size_t>(end - payload.begin())};
}

Result<Message> next_message(Bytes& rest) {
    const auto header = front_as<nlmsghdr>(rest);
    if (!header || header->nlmsg_len < sizeof(nlmsghdr) || header->nlmsg_len > rest.size()) {
        rest = {};
        return fail("a netlink message from the kernel is cut short");
    }
    const auto payload = rest.first(header->nlmsg_len).subspan(sizeof(nlmsghdr));
    rest = behind_aligned(rest, header->nlmsg_len);
    return Message{header->nlmsg_type, header->nlmsg_flags, header->nlmsg_seq, payload};
}

Result<GenericMessage> generic_message(const Message& message) {
    const auto header = front_as<genlmsghdr>(message.payload);
    if (!header)
        return fail("a generic netlink message from the kernel has no header");
    return GenericMessage{header->cmd, behind_aligned(message.payload, GENL_HDRLEN)};
}

std::optional<Acknowledgement> acknowledgement(const Message& message) {
    if (message.type != NLMSG_ERROR && message.type != NLMSG_DONE)
        return std::nullopt;
    // The end of a dump may come without a number: then it ended well.
    const auto error = front_as<int>(message.payload).value_or(0);
    Acknowledgement result{-error, {}};
    if ((message.flags & NLM_F_ACK_TLVS) != 0) {
        auto rest = behind_aligned(message.payload, sizeof(int));
        if (message.type == NLMSG_ERROR)
            rest = behind_aligned(rest, repeated_request(message, rest));
        result.text = extended_text(rest);
    }
    return result;
}

} // namespace error_report
