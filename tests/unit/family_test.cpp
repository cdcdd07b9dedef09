// SPDX-License-Identifier: MIT
#include "source/family.h"

#include "datagram_wire.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <memory>

namespace error_report {
namespace {

using test::family_wire;
using test::Wire;

TEST(Family, HasNumberNameAndGroups) {
    const auto family = decode_family(family_wire("error_report", 30).bytes());

    ASSERT_TRUE(family);
    EXPECT_EQ(family->id, 30);
    EXPECT_EQ(family->name, "error_report");
    EXPECT_EQ(family->group("reports"), 7U);
    EXPECT_EQ(family->group("others"), std::nullopt);
}

TEST(Family, WithoutGroupsIsOneToo) {
    const auto family = decode_family(
        Wire().u16(CTRL_ATTR_FAMILY_ID, 30).string(CTRL_ATTR_FAMILY_NAME, "x").bytes());

    ASSERT_TRUE(family);
    EXPECT_EQ(family->group("reports"), std::nullopt);
}

TEST(Family, WithoutNumberOrNameIsRefused) {
    EXPECT_FALSE(decode_family(Wire().string(CTRL_ATTR_FAMILY_NAME, "x").bytes()));
    EXPECT_FALSE(decode_family(Wire().u16(CTRL_ATTR_FAMILY_ID, 30).bytes()));
    EXPECT_FALSE(decode_family({}));
}

TEST(Family, WithTheNumberOfAControlMessageIsRefused) {
    EXPECT_FALSE(decode_family(family_wire("error_report", NLMSG_DONE).bytes()));
}

TEST(Family, CutAnywhereIsReadWithinItsBytes) {
    const auto wire = family_wire("error_report", 30);
    for (std::size_t length = 0; length < wire.bytes().size(); ++length) {
        const auto part = std::make_unique<std::byte[]>(length);
        std::ranges::copy(wire.bytes().first(length), part.get());
        const auto family = decode_family({part.get(), length});
        EXPECT_FALSE(family && family->group("reports")) << "cut at " << length;
    }
}

} // namespace
} // namespace error_report
