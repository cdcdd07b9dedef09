// SPDX-License-Identifier: MIT
// Builds whole datagrams: what nlctrl, the family and the netlink layer itself would send.
#pragma once

#include "wire.h"

#include <cstdint>
#include <linux/error_report.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <string_view>

namespace error_report::test {

// The attributes of a family that has one group, "reports".
inline Wire family_wire(std::string_view name, std::uint16_t id) {
    const auto group = Wire()
                           .string(CTRL_ATTR_MCAST_GRP_NAME, ERROR_REPORT_MCGRP_REPORTS)
                           .u32(CTRL_ATTR_MCAST_GRP_ID, 7);
    const auto groups = Wire().attribute(1, group.bytes());
    return Wire()
        .string(CTRL_ATTR_FAMILY_NAME, name)
        .u16(CTRL_ATTR_FAMILY_ID, id)
        .u32(CTRL_ATTR_VERSION, 1)
        .attribute(CTRL_ATTR_MCAST_GROUPS, groups.bytes());
}

inline Wire message_wire(std::uint16_t type, std::uint16_t flags, const Wire& payload) {
    nlmsghdr header{};
    header.nlmsg_len = static_cast<std::uint32_t>(sizeof(header) + payload.bytes().size());
    header.nlmsg_type = type;
    header.nlmsg_flags = flags;
    header.nlmsg_seq = 5;
    return Wire().raw(header).append(payload);
}

inline Wire generic_wire(std::uint16_t type, std::uint8_t command, const Wire& attributes) {
    return message_wire(type, 0, Wire().raw(genlmsghdr{command, 1, 0}).append(attributes));
}

inline Wire new_family_wire(std::uint16_t id, std::string_view name = ERROR_REPORT_FAMILY_NAME) {
    return generic_wire(GENL_ID_CTRL, CTRL_CMD_NEWFAMILY, family_wire(name, id));
}

inline Wire del_family_wire(std::uint16_t id, std::string_view name = ERROR_REPORT_FAMILY_NAME) {
    return generic_wire(GENL_ID_CTRL, CTRL_CMD_DELFAMILY, family_wire(name, id));
}

} // namespace error_report::test
