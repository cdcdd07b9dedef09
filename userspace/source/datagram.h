// SPDX-License-Identifier: MIT
// The bytes of one netlink datagram → its messages, and what the kernel's acknowledgements say.
// Pure, and as careful about lengths as decode.
#pragma once

#include "report/attribute.h"
#include "report/error.h"

#include <cstdint>
#include <optional>
#include <string>

namespace error_report {

struct Message {
    std::uint16_t type = 0;
    std::uint16_t flags = 0;
    std::uint32_t sequence = 0;
    Bytes payload;
};

// Takes the first message off rest, which must not be empty.
Result<Message> next_message(Bytes& rest);

struct GenericMessage {
    std::uint8_t command = 0;
    Bytes attributes;
};

// The payload of a message of the family, taken apart.
Result<GenericMessage> generic_message(const Message& message);

// What NLMSG_ERROR or NLMSG_DONE says; nothing for other messages.
struct Acknowledgement {
    int error = 0;    // errno, 0 for success
    std::string text; // the kernel's own words (NLMSGERR_ATTR_MSG), often empty
};

std::optional<Acknowledgement> acknowledgement(const Message& message);

} // namespace error_report
