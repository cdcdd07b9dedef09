// SPDX-License-Identifier: MIT
#include "source/pcap.h"

#include "source/recording.h"
#include "temporary_folder.h"
#include "written_file.h"

#include <algorithm>
#include <cstring>
#include <gmock/gmock.h>
#include <linux/netlink.h>

namespace error_report {
namespace {

using test::content_of;
using test::TemporaryFolder;
using test::write_file;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

constexpr std::uint64_t time = 1'767'323'045'123'456'789;

Bytes bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text));
}

class PcapTest : public testing::Test {
  protected:
    // The datagrams of a file with that content, then why there are no more.
    std::vector<std::string> read(std::string_view content) {
        auto reader = PcapReader::open(write_file(folder_ / "file", content));
        if (!reader)
            return {reader.error().message};
        std::vector<std::string> found;
        for (;;) {
            const auto datagram = reader->next();
            if (!datagram)
                found.push_back(datagram.error().message);
            else if (!*datagram)
                return found;
            else
                found.emplace_back(
                    reinterpret_cast<const char*>((*datagram)->data()), (*datagram)->size());
        }
    }

    TemporaryFolder folder_;
};

TEST_F(PcapTest, GivesBackWhatWasWritten) {
    EXPECT_THAT(
        read(
            pcap_header() + pcap_packet(bytes_of("one"), time) + pcap_packet({}, time) +
            pcap_packet(bytes_of("three"), time)),
        ElementsAre("one", "", "three"));
}

TEST_F(PcapTest, GivesBackWhatARecordingHolds) {
    {
        auto recording = Recording::create(folder_ / "file");
        ASSERT_TRUE(recording);
        recording->append(bytes_of("one"));
        recording->append(bytes_of("two"));
    }

    EXPECT_THAT(read(content_of(folder_ / "file")), ElementsAre("one", "two"));
}

TEST_F(PcapTest, ARecordingIsItsOwnersAlone) {
    ASSERT_TRUE(Recording::create(folder_ / "file"));

    const auto mode = std::filesystem::status(folder_ / "file").permissions();
    EXPECT_EQ(mode, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(PcapTest, ARecordingThatCannotBeWrittenSaysSo) {
    EXPECT_EQ(
        Recording::create(folder_ / "no/file").error().message,
        "cannot create " + (folder_ / "no/file") + ": No such file or directory");
    auto full = Recording::create("/dev/full");
    EXPECT_EQ(full.error().message, "cannot write to /dev/full: No space left on device");
}

// By https://www.tcpdump.org/linktypes/LINKTYPE_NETLINK.html and the draft of pcap.
TEST_F(PcapTest, HasTheBytesThatOtherProgramsRead) {
    const auto text = pcap_header() + pcap_packet(bytes_of("abcd"), time);
    const auto u32 = [&](std::size_t at) {
        std::uint32_t value = 0;
        std::memcpy(&value, text.data() + at, sizeof(value));
        return value;
    };

    ASSERT_EQ(text.size(), 24U + 16 + 16 + 4);
    EXPECT_EQ(u32(0), 0xa1b23c4dU);
    EXPECT_EQ(u32(4), 4U << 16 | 2);
    EXPECT_EQ(u32(20), 253U);
    EXPECT_EQ(u32(24), 1'767'323'045U);
    EXPECT_EQ(u32(28), 123'456'789U);
    EXPECT_EQ(u32(32), 20U);
    EXPECT_EQ(u32(36), 20U);
    EXPECT_EQ(text.substr(40, 4), std::string("\0\0\3\x38", 4));
    EXPECT_EQ(text.substr(54, 2), std::string("\0\x10", 2));
    EXPECT_THAT(text, EndsWith("abcd"));
}

TEST_F(PcapTest, CutAnywhereSaysSoAndKeepsWhatIsWhole) {
    const auto first = pcap_header() + pcap_packet(bytes_of("one"), time);
    const auto whole = first + pcap_packet(bytes_of("two"), time);
    for (std::size_t length = 0; length < whole.size(); ++length) {
        std::vector<std::string> expected;
        if (length >= first.size())
            expected.emplace_back("one");
        if (length < pcap_header().size())
            expected.emplace_back("is too short to be a recording");
        else if (length != pcap_header().size() && length != first.size())
            expected.emplace_back("ends within a packet");

        const auto found = read(whole.substr(0, length));

        ASSERT_EQ(found.size(), expected.size()) << length;
        for (std::size_t i = 0; i < found.size(); ++i)
            EXPECT_THAT(found[i], EndsWith(expected[i])) << length;
    }
}

TEST_F(PcapTest, PassesOverOtherProtocolsOfNetlink) {
    auto route = pcap_packet(bytes_of("route"), time);
    route[31] = NETLINK_ROUTE;

    EXPECT_THAT(
        read(pcap_header() + route + pcap_packet(bytes_of("generic"), time)),
        ElementsAre("generic"));
}

// The file with one of its u32 replaced.
std::string with(std::string content, std::size_t at, std::uint32_t value) {
    std::memcpy(content.data() + at, &value, sizeof(value));
    return content;
}

struct Foreign {
    const char* name;
    std::size_t at;
    std::uint32_t value;
    const char* why;
};

class PcapForeign : public PcapTest, public testing::WithParamInterface<Foreign> {};

TEST_P(PcapForeign, SaysWhy) {
    const auto& [name, at, value, why] = GetParam();
    const auto content = pcap_header() + pcap_packet(bytes_of("one"), time);

    EXPECT_THAT(read(with(content, at, value)), ElementsAre(HasSubstr(why)));
}

constexpr const char* other_order = "was recorded on a machine of another byte order";
constexpr const char* other_packet = "holds a packet that error-report record did not write";

INSTANTIATE_TEST_SUITE_P(
    Every, PcapForeign,
    testing::Values(
        Foreign{"NoPcap", 0, 0x464c457f, "is no recording"},
        Foreign{"OtherByteOrder", 0, 0x4d3cb2a1, other_order},
        Foreign{"OtherByteOrderInMicroseconds", 0, 0xd4c3b2a1, other_order},
        Foreign{"Microseconds", 0, 0xa1b2c3d4, "editcap -F nsecpcap"},
        Foreign{"PcapNg", 0, 0x0a0d0d0a, "editcap -F nsecpcap"},
        Foreign{"Version", 4, 3, "is of a version of pcap that is not known"},
        Foreign{"Ethernet", 20, 1, "is a capture of something other than netlink"},
        Foreign{"Huge", 32, 0xffffffff, other_packet},
        Foreign{"CutByItsRecorder", 36, 2000, other_packet},
        Foreign{"WithoutLinkHeader", 32, 15, other_packet}),
    [](const auto& row) { return row.param.name; });

TEST_F(PcapTest, AFolderOrADeviceIsRefused) {
    EXPECT_THAT(PcapReader::open(folder_ / "").error().message, EndsWith("is not a regular file"));
    EXPECT_THAT(PcapReader::open("/dev/zero").error().message, EndsWith("is not a regular file"));
}

} // namespace
} // namespace error_report
