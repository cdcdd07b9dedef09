// SPDX-License-Identifier: MIT
#include "source/pcap.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <endian.h>
#include <fmt/format.h>
#include <linux/netlink.h>
#include <span>
#include <string_view>
#include <sys/stat.h>

namespace error_report {
namespace {

// https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-03.html
struct FileHeader {
    std::uint32_t magic = 0;
    std::uint16_t major = 2;
    std::uint16_t minor = 4;
    std::array<std::uint32_t, 2> reserved{};
    std::uint32_t longest = 0;
    std::uint32_t link_type = 0;
};

struct PacketHeader {
    std::uint32_t seconds = 0;
    std::uint32_t nanoseconds = 0;
    std::uint32_t captured = 0; // bytes in the file
    std::uint32_t length = 0;   // bytes of the packet itself
};

// https://www.tcpdump.org/linktypes/LINKTYPE_NETLINK.html, in network byte order.
struct LinkHeader {
    std::uint16_t direction = 0; // to us
    std::uint16_t device_type = htobe16(824);
    std::array<std::uint16_t, 5> unused{};
    std::uint16_t protocol = htobe16(NETLINK_GENERIC);
};

constexpr std::uint32_t link_type = 253;
constexpr std::uint32_t magic = 0xa1b23c4d;

struct Foreign {
    std::uint32_t magic;
    std::string_view what;
};

constexpr std::string_view convert =
    "is not in the format of error-report record (try: editcap -F nsecpcap)";
constexpr std::string_view other_order =
    "was recorded on a machine of another byte order, where alone it can be replayed";

constexpr std::array<Foreign, 4> foreign{{
    {0x4d3cb2a1, other_order},
    {0xa1b2c3d4, convert},
    {0xd4c3b2a1, other_order},
    {0x0a0d0d0a, convert},
}};

template <class T>
void append(std::string& text, const T& value) {
    const auto bytes = std::as_bytes(std::span(&value, 1));
    text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

std::string_view wrong_with(const FileHeader& header) {
    const auto* known = std::ranges::find(foreign, header.magic, &Foreign::magic);
    if (known != foreign.end())
        return known->what;
    if (header.magic != magic)
        return "is no recording of error-report record";
    if (header.major != 2)
        return "is of a version of pcap that is not known";
    if (header.link_type != link_type)
        return "is a capture of something other than netlink";
    return {};
}

} // namespace

std::string pcap_header() {
    std::string text;
    append(text, FileHeader{.magic = magic, .longest = longest_packet, .link_type = link_type});
    return text;
}

std::string pcap_packet(Bytes datagram, std::uint64_t time) {
    constexpr std::uint64_t ns_per_second = 1'000'000'000;
    const auto length = static_cast<std::uint32_t>(sizeof(LinkHeader) + datagram.size());
    std::string text;
    append(
        text, PacketHeader{
                  .seconds = static_cast<std::uint32_t>(time / ns_per_second),
                  .nanoseconds = static_cast<std::uint32_t>(time % ns_per_second),
                  .captured = length,
                  .length = length});
    append(text, LinkHeader{});
    text.append(reinterpret_cast<const char*>(datagram.data()), datagram.size());
    return text;
}

Result<PcapReader> PcapReader::open(const std::string& path) {
    std::unique_ptr<std::FILE, Close> file(std::fopen(path.c_str(), "rbe"));
    if (!file)
        return fail(fmt::format("cannot open {}: {}", path, errno_text(errno)));

    struct stat found {};

    if (fstat(fileno(file.get()), &found) < 0 || !S_ISREG(found.st_mode))
        return fail(fmt::format("{} is not a regular file", path));
    PcapReader reader(std::move(file), path);
    if (auto checked = reader.check_header(); !checked)
        return tl::unexpected(checked.error());
    return reader;
}

std::size_t PcapReader::read(void* bytes, std::size_t size) {
    return std::fread(bytes, 1, size, file_.get());
}

Result<void> PcapReader::check_header() {
    FileHeader header;
    if (read(&header, sizeof(header)) < sizeof(header))
        return fail(fmt::format("{} is too short to be a recording", path_));
    const auto wrong = wrong_with(header);
    if (!wrong.empty())
        return fail(fmt::format("{} {}", path_, wrong));
    return {};
}

Result<std::optional<Bytes>> PcapReader::broken(std::string_view why) {
    std::clearerr(file_.get());
    fseeko(file_.get(), 0, SEEK_END);
    return fail(fmt::format("{} {}", path_, why));
}

Result<std::optional<Bytes>> PcapReader::next() {
    constexpr std::string_view cut_short = "ends within a packet";
    for (;;) {
        PacketHeader header;
        const auto got = read(&header, sizeof(header));
        if (std::ferror(file_.get()) != 0)
            return broken(fmt::format("cannot be read: {}", errno_text(errno)));
        if (got == 0)
            return std::nullopt;
        if (got < sizeof(header))
            return broken(cut_short);
        if (header.captured != header.length || header.captured < sizeof(LinkHeader) ||
            header.captured > longest_packet)
            return broken("holds a packet that error-report record did not write");
        packet_.resize(header.captured);
        if (read(packet_.data(), packet_.size()) < packet_.size())
            return broken(cut_short);
        LinkHeader link;
        std::memcpy(&link, packet_.data(), sizeof(link));
        // What else a capture of netlink may hold.
        if (link.protocol == LinkHeader{}.protocol)
            return Bytes(packet_).subspan(sizeof(link));
    }
}

} // namespace error_report
