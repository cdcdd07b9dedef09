// SPDX-License-Identifier: MIT
#include "source/datagram.h"

#include "datagram_wire.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <linux/genetlink.h>
#include <memory>

namespace error_report {
namespace {

using test::message_wire;
using test::Wire;

constexpr std::uint16_t family = 30;

Wire refusal_wire(std::uint16_t flags, const Wire& request, const Wire& attributes) {
    return message_wire(NLMSG_ERROR, flags, Wire().raw(-1).append(request).append(attributes));
}

Wire request_wire() {
    return message_wire(family, NLM_F_REQUEST, Wire().raw(genlmsghdr{1, 1, 0}).u64(2, 7));
}

// The request's header alone, with the length of the whole: what NETLINK_CAP_ACK leaves of it.
Wire capped_request_wire() {
    nlmsghdr header{};
    header.nlmsg_len = static_cast<std::uint32_t>(request_wire().bytes().size());
    return Wire().raw(header);
}

std::optional<Acknowledgement> acknowledgement_of(const Wire& wire) {
    auto rest = wire.bytes();
    return acknowledgement(*next_message(rest));
}

TEST(Datagram, IsTakenApartIntoMessages) {
    auto wire = message_wire(family, NLM_F_MULTI, Wire().raw(std::uint32_t{1}));
    wire.append(message_wire(NLMSG_DONE, 0, Wire().raw(0)));
    auto rest = wire.bytes();

    const auto first = next_message(rest);
    const auto second = next_message(rest);

    EXPECT_EQ(first->type, family);
    EXPECT_EQ(first->flags, NLM_F_MULTI);
    EXPECT_EQ(first->sequence, 5U);
    EXPECT_EQ(second->type, NLMSG_DONE);
    EXPECT_TRUE(rest.empty());
}

TEST(Datagram, CutAnywhereIsRefusedAndLeavesNothing) {
    const auto wire = request_wire();
    for (std::size_t length = 1; length < wire.bytes().size(); ++length) {
        const auto part = std::make_unique<std::byte[]>(length);
        std::ranges::copy(wire.bytes().first(length), part.get());
        Bytes rest{part.get(), length};
        EXPECT_FALSE(next_message(rest)) << "cut at " << length;
        EXPECT_TRUE(rest.empty());
    }
}

TEST(Datagram, OfTheFamilyHasCommandAndAttributes) {
    const auto wire = request_wire();
    auto rest = wire.bytes();

    const auto generic = generic_message(*next_message(rest));

    ASSERT_TRUE(generic);
    EXPECT_EQ(generic->command, 1);
    EXPECT_EQ(generic->attributes.size(), 12U);
}

TEST(Datagram, OfTheFamilyWithoutHeaderIsRefused) {
    EXPECT_FALSE(generic_message(Message{family, 0, 0, {}}));
}

TEST(Acknowledgement, IsNothingForOtherMessages) {
    EXPECT_FALSE(acknowledgement_of(request_wire()));
}

TEST(Acknowledgement, HasTheKernelsWordsBehindTheWholeRequest) {
    const auto answer = acknowledgement_of(refusal_wire(
        NLM_F_ACK_TLVS, request_wire(),
        Wire().u32(NLMSGERR_ATTR_OFFS, 16).string(NLMSGERR_ATTR_MSG, "because")));

    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->error, 1);
    EXPECT_EQ(answer->text, "because");
}

TEST(Acknowledgement, HasTheKernelsWordsBehindACappedRequest) {
    const auto answer = acknowledgement_of(refusal_wire(
        NLM_F_ACK_TLVS | NLM_F_CAPPED, capped_request_wire(),
        Wire().string(NLMSGERR_ATTR_MSG, "because")));

    EXPECT_EQ(answer->text, "because");
}

TEST(Acknowledgement, OfADumpHasTheKernelsWordsToo) {
    const auto answer = acknowledgement_of(message_wire(
        NLMSG_DONE, NLM_F_MULTI | NLM_F_ACK_TLVS,
        Wire().raw(-13).string(NLMSGERR_ATTR_MSG, "because")));

    EXPECT_EQ(answer->error, 13);
    EXPECT_EQ(answer->text, "because");
}

TEST(Acknowledgement, IsSilentWithoutAttributes) {
    EXPECT_EQ(acknowledgement_of(refusal_wire(0, request_wire(), Wire()))->text, "");
}

TEST(Acknowledgement, CutAnywhereIsReadWithinItsBytes) {
    const auto wire =
        refusal_wire(NLM_F_ACK_TLVS, request_wire(), Wire().string(NLMSGERR_ATTR_MSG, "because"));
    const auto payload = wire.bytes().subspan(sizeof(nlmsghdr));
    for (std::size_t length = 0; length < payload.size() - 4; ++length) {
        const auto part = std::make_unique<std::byte[]>(length);
        std::ranges::copy(payload.first(length), part.get());
        const Message message{NLMSG_ERROR, NLM_F_ACK_TLVS, 0, {part.get(), length}};
        EXPECT_EQ(acknowledgement(message)->text, "") << "cut at " << length;
    }
}

} // namespace
} // namespace error_report
