// SPDX-License-Identifier: MIT
#include "source/family_watch.h"

#include "datagram_wire.h"

#include <gmock/gmock.h>
#include <string>

namespace error_report {
namespace {

using test::del_family_wire;
using test::new_family_wire;
using test::Wire;

constexpr std::uint16_t first = 30;
constexpr std::uint16_t second = 31;

class FamilyWatchTest : public testing::Test {
  protected:
    void notice(const Wire& wire) {
        auto rest = wire.bytes();
        watch_.noticed(*generic_message(*next_message(rest)));
    }

    // What the subscriber is told, a letter an event.
    std::string told() {
        std::string letters;
        while (const auto event = watch_.next())
            letters += std::holds_alternative<FamilyGone>(*event) ? 'g' : 'c';
        return letters;
    }

    FamilyWatch watch_{first};
};

TEST_F(FamilyWatchTest, HasNothingToTellAtFirst) {
    EXPECT_EQ(told(), "");
    EXPECT_EQ(watch_.family(), first);
}

TEST_F(FamilyWatchTest, TellsOfGoingAndComing) {
    notice(del_family_wire(first));
    EXPECT_EQ(watch_.family(), std::nullopt);
    EXPECT_EQ(told(), "g");
    notice(new_family_wire(second));
    EXPECT_EQ(told(), "c");
    EXPECT_EQ(watch_.family(), second);
}

TEST_F(FamilyWatchTest, TellsOfBothInTheirOrder) {
    notice(del_family_wire(first));
    notice(new_family_wire(second));

    EXPECT_EQ(told(), "gc");
}

TEST_F(FamilyWatchTest, IgnoresOtherFamilies) {
    notice(del_family_wire(first, "another"));
    notice(new_family_wire(second, "another"));

    EXPECT_EQ(told(), "");
}

TEST_F(FamilyWatchTest, IgnoresOtherMessages) {
    notice(test::generic_wire(GENL_ID_CTRL, CTRL_CMD_NEWOPS, test::family_wire("x", second)));
    notice(test::generic_wire(GENL_ID_CTRL, CTRL_CMD_DELFAMILY, Wire()));

    EXPECT_EQ(told(), "");
}

TEST_F(FamilyWatchTest, KnowsALookUpsFamilyAgain) {
    watch_.looked_up(first);
    notice(new_family_wire(first));

    EXPECT_EQ(told(), "");
}

TEST_F(FamilyWatchTest, TellsByALookUpWhatNoNoticeSaid) {
    watch_.looked_up(std::nullopt);
    EXPECT_EQ(told(), "g");
    watch_.looked_up(second);
    EXPECT_EQ(told(), "c");
}

TEST_F(FamilyWatchTest, TellsByALookUpOfAReloadThatNoNoticeSaid) {
    watch_.looked_up(second);

    EXPECT_EQ(told(), "gc");
}

TEST_F(FamilyWatchTest, TellsOnceWhatALookUpAndLateNoticesSay) {
    watch_.looked_up(second);
    EXPECT_EQ(told(), "gc");

    notice(del_family_wire(first));
    notice(new_family_wire(second));

    EXPECT_EQ(told(), "");
}

TEST_F(FamilyWatchTest, IgnoresTheGoingOfOneWhoseComingWasLost) {
    notice(del_family_wire(first));
    EXPECT_EQ(told(), "g");
    notice(del_family_wire(second));
    EXPECT_EQ(told(), "");
}

} // namespace
} // namespace error_report
