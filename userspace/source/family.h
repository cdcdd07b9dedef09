// SPDX-License-Identifier: MIT
// What nlctrl, the kernel's directory of generic netlink families, says of a family. Pure.
#pragma once

#include "report/attribute.h"
#include "report/error.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace error_report {

struct MulticastGroup {
    std::string name;
    std::uint32_t id = 0;
};

struct Family {
    std::uint16_t id = 0; // the type of its messages
    std::string name;
    std::vector<MulticastGroup> groups;

    // The id of the group, if the family has it.
    [[nodiscard]] std::optional<std::uint32_t> group(std::string_view group_name) const;
};

// The attributes of CTRL_CMD_NEWFAMILY, which is also the answer to CTRL_CMD_GETFAMILY, and of
// CTRL_CMD_DELFAMILY.
Result<Family> decode_family(Bytes attributes);

} // namespace error_report
