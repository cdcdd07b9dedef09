// SPDX-License-Identifier: MIT
#include "source/inbox.h"

#include "datagram_wire.h"

#include <algorithm>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <memory>
#include <string>
#include <vector>

namespace error_report {
namespace {

using test::del_family_wire;
using test::generic_wire;
using test::loss_wire;
using test::message_wire;
using test::new_family_wire;
using test::report_wire;
using test::Wire;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint16_t family = 30;
constexpr std::uint16_t reloaded = 31;

Wire report_notice(std::uint16_t type = family) {
    return generic_wire(type, ERROR_REPORT_CMD_REPORT_NTF, report_wire());
}

Wire loss_notice() {
    return generic_wire(family, ERROR_REPORT_CMD_LOST_NTF, loss_wire(2, 3));
}

std::string name_of(const Event& event) {
    struct Name {
        std::string operator()(const Report& r) const { return fmt::format("report {}", r.seq); }

        std::string operator()(const Loss& l) const {
            return fmt::format("lost {}-{}", l.first, l.last);
        }

        std::string operator()(const Overrun&) const { return "overrun"; }

        std::string operator()(const Unreadable& u) const { return u.why; }

        std::string operator()(const FamilyGone&) const { return "gone"; }

        std::string operator()(const FamilyCame&) const { return "came"; }

        std::string operator()(const Ended&) const { return "ended"; }
    };

    return std::visit(Name(), event);
}

class InboxTest : public testing::Test {
  protected:
    std::vector<std::string> events_of(const Wire& datagram) {
        inbox_.put(datagram.bytes());
        std::vector<std::string> names;
        while (const auto event = inbox_.next())
            names.push_back(name_of(*event));
        EXPECT_FALSE(inbox_.is_pending());
        return names;
    }

    Inbox inbox_{family};
};

TEST_F(InboxTest, TakesADatagramApartInOrder) {
    auto wire = report_notice();
    wire.append(loss_notice()).append(del_family_wire(family)).append(new_family_wire(reloaded));

    EXPECT_THAT(events_of(wire), ElementsAre("report 7", "lost 2-3", "gone", "came"));
}

TEST_F(InboxTest, IsPendingUntilEverythingWasTaken) {
    auto wire = report_notice();
    wire.append(report_notice());
    inbox_.put(wire.bytes());

    inbox_.next();

    EXPECT_TRUE(inbox_.is_pending());
}

TEST_F(InboxTest, PassesOverWhatItDoesNotKnow) {
    auto wire = message_wire(family + 5, 0, report_wire());
    wire.append(generic_wire(family, 99, Wire())).append(message_wire(NLMSG_NOOP, 0, Wire()));

    EXPECT_THAT(events_of(wire), IsEmpty());
}

TEST_F(InboxTest, FollowsTheFamilyToItsNewNumber) {
    EXPECT_THAT(events_of(del_family_wire(family)), ElementsAre("gone"));
    EXPECT_THAT(events_of(report_notice(family)), IsEmpty());
    EXPECT_THAT(events_of(new_family_wire(reloaded)), ElementsAre("came"));
    EXPECT_THAT(events_of(report_notice(reloaded)), ElementsAre("report 7"));
    EXPECT_THAT(events_of(report_notice(family)), IsEmpty());
}

TEST_F(InboxTest, TellsOfAnOverrun) {
    EXPECT_THAT(events_of(message_wire(NLMSG_OVERRUN, 0, Wire())), ElementsAre("overrun"));
}

TEST_F(InboxTest, SaysWhatIsWrongWithAMessageAndGoesOn) {
    auto wire = generic_wire(family, ERROR_REPORT_CMD_REPORT_NTF, Wire());
    wire.append(message_wire(family, 0, Wire())).append(report_notice());

    EXPECT_THAT(
        events_of(wire),
        ElementsAre(
            "the kernel's report has no SEQ",
            "a generic netlink message from the kernel has no header", "report 7"));
}

TEST_F(InboxTest, ReadsADatagramThatIsCutAnywhereWithinItsBytes) {
    const auto wire = new_family_wire(reloaded).append(report_notice(reloaded));
    for (std::size_t length = 0; length < wire.bytes().size(); ++length) {
        const auto part = std::make_unique<std::byte[]>(length);
        std::ranges::copy(wire.bytes().first(length), part.get());
        Inbox inbox(family);
        inbox.put({part.get(), length});
        while (const auto event = inbox.next())
            EXPECT_FALSE(std::holds_alternative<Report>(*event)) << "cut at " << length;
    }
}

} // namespace
} // namespace error_report
