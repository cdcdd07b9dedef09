// SPDX-License-Identifier: MIT
#include "report/attribute.h"

#include <algorithm>
#include <cstring>
#include <linux/netlink.h>

namespace error_report {

std::optional<Attribute> next_attribute(Bytes& rest) {
    nlattr header{};
    if (rest.size() < sizeof(header))
        return std::nullopt;
    std::memcpy(&header, rest.data(), sizeof(header));
    if (header.nla_len < sizeof(header) || header.nla_len > rest.size())
        return std::nullopt;
    const auto payload = rest.first(header.nla_len).subspan(sizeof(header));
    rest = behind_aligned(rest, header.nla_len);
    const auto type = static_cast<unsigned>(header.nla_type) & static_cast<unsigned>(NLA_TYPE_MASK);
    return Attribute{static_cast<std::uint16_t>(type), payload};
}

Bytes behind_aligned(Bytes bytes, std::size_t count) {
    static_assert(NLA_ALIGNTO == NLMSG_ALIGNTO);
    constexpr std::size_t mask = NLA_ALIGNTO - 1;
    // The padding behind the last one may be left out.
    return bytes.subspan(std::min(bytes.size(), (count + mask) & ~mask));
}

} // namespace error_report
