// SPDX-License-Identifier: MIT
#include "source/family.h"

#include "source/datagram.h"

#include <algorithm>
#include <linux/genetlink.h>

namespace error_report {
namespace {

MulticastGroup group_of(Bytes attributes) {
    MulticastGroup group;
    while (const auto attribute = next_attribute(attributes)) {
        if (attribute->type == CTRL_ATTR_MCAST_GRP_NAME)
            group.name = string_of(attribute->payload);
        else if (attribute->type == CTRL_ATTR_MCAST_GRP_ID)
            group.id = front_as<std::uint32_t>(attribute->payload).value_or(0);
    }
    return group;
}

std::vector<MulticastGroup> groups_of(Bytes list) {
    std::vector<MulticastGroup> groups;
    while (const auto group = next_attribute(list))
        groups.push_back(group_of(group->payload));
    return groups;
}

} // namespace

std::optional<std::uint32_t> Family::group(std::string_view group_name) const {
    const auto found = std::ranges::find(groups, group_name, &MulticastGroup::name);
    return found == groups.end() ? std::nullopt : std::optional(found->id);
}

Result<Family> decode_family(Bytes attributes) {
    Family family;
    while (const auto attribute = next_attribute(attributes)) {
        if (attribute->type == CTRL_ATTR_FAMILY_ID)
            family.id = front_as<std::uint16_t>(attribute->payload).value_or(0);
        else if (attribute->type == CTRL_ATTR_FAMILY_NAME)
            family.name = string_of(attribute->payload);
        else if (attribute->type == CTRL_ATTR_MCAST_GROUPS)
            family.groups = groups_of(attribute->payload);
    }
    if (!attributes.empty() || family.id < GENL_MIN_ID || family.name.empty())
        return fail("the kernel's word of a generic netlink family makes no sense");
    return family;
}

} // namespace error_report
