// SPDX-License-Identifier: MIT
// The bytes of one netlink datagram → its messages, and what the kernel's acknowledgements say.
// Pure, and as careful about lengths as decode.
#pragma once

#include "report/attribute.h"
#include "report/error.h"

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>

namespace error_report {

// The front of bytes as a T, or nothing if they are too few.
template <class T>
std::optional<T> front_as(Bytes bytes) {
    if (bytes.size() < sizeof(T))
        return std::nullopt;
    T value{};
    std::memcpy(&value, bytes.data(), sizeof(value));
    return value;
}

// The payload of a string attribute, up to its NUL.
std::string string_of(Bytes payload);

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
