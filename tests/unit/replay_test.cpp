// SPDX-License-Identifier: MIT
#include "source/replay.h"

#include "datagram_wire.h"
#include "source/pcap.h"
#include "temporary_folder.h"
#include "written_file.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
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
using test::status_wire;
using test::TemporaryFolder;
using test::Wire;
using test::write_file;
using testing::AnyOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::uint16_t family = 30;
constexpr std::uint16_t reloaded = 31;
constexpr std::uint64_t instance = 9;
constexpr std::uint64_t next_instance = 10;

Wire report_message(std::uint8_t command, std::uint64_t seq, std::uint16_t type, std::uint64_t of) {
    return generic_wire(
        type, command, report_wire().u64(ERROR_REPORT_A_SEQ, seq).u64(ERROR_REPORT_A_INSTANCE, of));
}

Wire live(std::uint64_t seq, std::uint16_t type = family, std::uint64_t of = instance) {
    return report_message(ERROR_REPORT_CMD_REPORT_NTF, seq, type, of);
}

Wire dumped(std::uint64_t seq, std::uint16_t type = family, std::uint64_t of = instance) {
    return report_message(ERROR_REPORT_CMD_REPORT_GET, seq, type, of);
}

Wire dump_end() {
    return message_wire(NLMSG_DONE, NLM_F_MULTI, Wire().raw(0));
}

Wire lost(std::uint64_t first, std::uint64_t last) {
    return generic_wire(family, ERROR_REPORT_CMD_LOST_NTF, loss_wire(first, last));
}

Wire status(std::uint64_t ended, std::uint16_t type = family, std::uint64_t of = instance) {
    return generic_wire(
        type, ERROR_REPORT_CMD_STATUS_GET,
        status_wire()
            .u64(ERROR_REPORT_A_STATUS_INSTANCE, of)
            .u64(ERROR_REPORT_A_STATUS_ENDED, ended));
}

Wire overrun() {
    return message_wire(NLMSG_OVERRUN, 0, Wire());
}

std::string file_of(const std::vector<Wire>& datagrams) {
    auto content = pcap_header();
    for (const auto& datagram : datagrams)
        content += pcap_packet(datagram.bytes(), 0);
    return content;
}

// A recording of the family, with its status and the datagrams behind.
std::string recording_of(const std::vector<Wire>& behind, std::uint64_t ended = 0) {
    std::vector<Wire> all{new_family_wire(family), status(ended)};
    all.insert(all.end(), behind.begin(), behind.end());
    return file_of(all);
}

class ReplayTest : public testing::Test {
  protected:
    Result<std::unique_ptr<ReplaySource>> open(std::string_view content) {
        return ReplaySource::open(write_file(folder_ / "recording", content));
    }

    std::string refusal_of(std::string_view content) {
        const auto source = open(content);
        return source ? "taken" : source.error().message.substr((folder_ / "recording").size());
    }

    // The events up to Ended; where the source has nothing, "idle", if the module came, reopened.
    static std::vector<std::string> play(Source& source) {
        std::vector<std::string> names;
        for (;;) {
            const auto event = *source.receive();
            if (!event)
                names.emplace_back("idle");
            else if (std::holds_alternative<Ended>(*event))
                return names;
            else if (const auto* report = std::get_if<Report>(&*event))
                names.push_back(fmt::format("report {}", report->seq));
            else if (const auto* loss = std::get_if<Loss>(&*event))
                names.push_back(fmt::format("lost {}-{}", loss->first, loss->last));
            else if (const auto* unreadable = std::get_if<Unreadable>(&*event))
                names.push_back("note " + unreadable->why);
            else if (std::holds_alternative<FamilyGone>(*event))
                names.emplace_back("gone");
            else if (std::holds_alternative<FamilyCame>(*event))
                names.push_back(source.reopen() ? "came" : "came, but");
            else
                names.emplace_back("overrun");
        }
    }

    static std::vector<std::uint64_t> retained(Source& source, std::uint64_t from = 1) {
        std::vector<std::uint64_t> found;
        EXPECT_TRUE(source.retained(from, [&](const Result<Report>& report) {
            found.push_back(report->seq);
            return Result<void>();
        }));
        return found;
    }

    TemporaryFolder folder_;
};

TEST_F(ReplayTest, GivesTheEventsInOrderAndThenEnds) {
    const auto source = *open(recording_of({live(1), lost(2, 3), live(4)}));

    EXPECT_THAT(play(*source), ElementsAre("report 1", "lost 2-3", "report 4"));
    EXPECT_TRUE(std::holds_alternative<Ended>(**source->receive()));
    EXPECT_THAT(source->waits(), IsEmpty());
}

TEST_F(ReplayTest, GivesEveryMessageOfADatagram) {
    const auto source = *open(recording_of({live(1).append(live(2))}));

    EXPECT_THAT(play(*source), ElementsAre("report 1", "report 2"));
}

TEST_F(ReplayTest, AFetchBetweenTwoMessagesOfADatagramLosesNeither) {
    const auto source = *open(recording_of({dumped(1), dump_end(), live(2).append(live(3))}, 1));

    const auto event = source->receive();
    EXPECT_THAT(retained(*source), ElementsAre(1));

    EXPECT_EQ(std::get<Report>(**event).seq, 2U);
    EXPECT_THAT(play(*source), ElementsAre("report 3"));
}

TEST_F(ReplayTest, KnowsTheStatusAsRecordedAndAsPlayed) {
    const auto source = *open(recording_of({live(8), lost(9, 12)}, 7));

    EXPECT_EQ(source->status()->ended, 7U);
    EXPECT_EQ(source->status()->instance, instance);
    play(*source);
    EXPECT_EQ(source->status()->ended, 12U);
}

TEST_F(ReplayTest, RetainsWhatWasDumpedBehindTheStatus) {
    const auto source =
        *open(recording_of({dumped(3), dumped(4).append(dumped(5)), dump_end(), live(6)}, 5));

    EXPECT_EQ(source->status()->oldest_seq, 3U);
    EXPECT_THAT(retained(*source), ElementsAre(3, 4, 5));
    EXPECT_THAT(retained(*source, 4), ElementsAre(4, 5));
    EXPECT_THAT(play(*source), ElementsAre("report 6"));
}

TEST_F(ReplayTest, RetainsOnceWhatAnInterruptedDumpBroughtTwice) {
    const auto source =
        *open(recording_of({dumped(3), dumped(4), dump_end(), dumped(4), dumped(5)}, 5));

    EXPECT_THAT(retained(*source), ElementsAre(3, 4, 5));
}

TEST_F(ReplayTest, RetainsNothingIfNothingWasDumped) {
    const auto source = *open(recording_of({live(6)}, 5));

    EXPECT_EQ(source->status()->oldest_seq, std::nullopt);
    EXPECT_THAT(retained(*source), IsEmpty());
}

TEST_F(ReplayTest, IsIdleWhereTheRecorderFetchedAfterAnOverrun) {
    const auto source = *open(
        recording_of({live(1), overrun(), live(2), status(4), dumped(3), dumped(4), live(5)}));
    std::vector<std::string> names;
    for (auto event = *source->receive(); event; event = *source->receive())
        names.emplace_back(std::holds_alternative<Overrun>(*event) ? "overrun" : "report");

    EXPECT_THAT(names, ElementsAre("report", "overrun", "report"));
    EXPECT_EQ(source->status()->ended, 4U);
    EXPECT_THAT(retained(*source, 3), ElementsAre(3, 4));
    EXPECT_THAT(play(*source), ElementsAre("report 5"));
}

TEST_F(ReplayTest, FollowsAReload) {
    const auto source = *open(recording_of(
        {live(1), del_family_wire(family), new_family_wire(reloaded), new_family_wire(reloaded),
         status(1, reloaded, next_instance), dumped(1, reloaded, next_instance),
         live(2, reloaded, next_instance)}));

    EXPECT_THAT(play(*source), ElementsAre("report 1", "gone", "came", "report 2"));
    EXPECT_EQ(source->status()->instance, next_instance);
    EXPECT_THAT(retained(*source), ElementsAre(1));
}

TEST_F(ReplayTest, HasNoStatusWhileTheModuleWasGone) {
    const auto source = *open(recording_of({del_family_wire(family)}));

    EXPECT_THAT(play(*source), ElementsAre("gone"));
    EXPECT_EQ(source->status().error().kind, ErrorKind::not_loaded);
    EXPECT_THAT(retained(*source), IsEmpty());
}

TEST_F(ReplayTest, ThatEndsWhenTheModuleCameSaysSo) {
    const auto source = *open(recording_of({del_family_wire(family), new_family_wire(reloaded)}));

    EXPECT_THAT(play(*source), ElementsAre("gone", "came, but"));
}

TEST_F(ReplayTest, PassesOnWhyAFetchWasEnded) {
    const auto source = *open(recording_of({dumped(1)}, 1));

    EXPECT_EQ(
        source->retained(1, [](const auto&) { return fail("enough"); }).error().message, "enough");
}

TEST_F(ReplayTest, CutAnywhereIsRefusedOrPlayedUpToThere) {
    const auto whole = recording_of({dumped(1), live(2), live(3)}, 1);
    const auto head = recording_of({}).size();
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const auto source = open(std::string_view(whole).substr(0, length));
        ASSERT_EQ(source.has_value(), length >= head) << length;
        const auto names = source ? play(**source) : std::vector<std::string>();
        EXPECT_THAT(names, Each(AnyOf("report 2", HasSubstr("ends within a packet")))) << length;
    }
}

TEST_F(ReplayTest, OfAnythingElseIsRefused) {
    EXPECT_EQ(refusal_of("text"), " is too short to be a recording");
    EXPECT_EQ(refusal_of(file_of({})), " does not begin as error-report record begins");
    EXPECT_EQ(
        refusal_of(file_of({new_family_wire(family, "another"), status(1)})),
        " does not begin as error-report record begins");
    EXPECT_EQ(
        refusal_of(file_of({status(1), new_family_wire(family)})),
        " does not begin as error-report record begins");
    EXPECT_EQ(
        refusal_of(file_of({new_family_wire(family), live(1)})),
        " ends before the module's status");
}

TEST_F(ReplayTest, WithAnyOneByteSpoiltEndsAllTheSame) {
    const auto whole = recording_of({dumped(1), live(2), overrun(), status(3), dumped(3)}, 1);
    for (std::size_t at = 0; at < whole.size(); ++at) {
        auto spoilt = whole;
        spoilt[at] = static_cast<char>(~spoilt[at]);
        if (const auto source = open(spoilt); source)
            play(**source);
    }
}

} // namespace
} // namespace error_report
