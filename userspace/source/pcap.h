// SPDX-License-Identifier: MIT
// Netlink datagrams as the packets of a pcap file (link type NETLINK, ns), which Wireshark reads
// too. Every number of the file and of the datagrams has this machine's byte order.
#pragma once

#include "report/attribute.h"
#include "report/error.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace error_report {

// The longest packet that is read or written; the kernel's dumps come in pieces of 32 KiB or one
// report.
inline constexpr std::size_t longest_packet = std::size_t{1} << 20;

// What a file begins with.
std::string pcap_header();

// A datagram of generic netlink that came at time, ns of CLOCK_REALTIME.
std::string pcap_packet(Bytes datagram, std::uint64_t time);

class PcapReader {
  public:
    // Takes no file that this program could not have written; its error says why.
    static Result<PcapReader> open(const std::string& path);

    // The next datagram, good until the next call; nothing at the end. An error, after which there
    // is nothing more, if the file ends within it or makes no sense.
    Result<std::optional<Bytes>> next();

    // Where the next datagram begins, and how to get there again.
    [[nodiscard]] off_t position() const { return ftello(file_.get()); }

    void go_to(off_t position) { fseeko(file_.get(), position, SEEK_SET); }

  private:
    struct Close {
        void operator()(std::FILE* file) const { static_cast<void>(std::fclose(file)); }
    };

    PcapReader(std::unique_ptr<std::FILE, Close> file, std::string path)
        : file_(std::move(file)), path_(std::move(path)) {}

    // As many bytes as there are, up to size.
    std::size_t read(void* bytes, std::size_t size);
    Result<void> check_header();
    Result<std::optional<Bytes>> broken(std::string_view why);

    std::unique_ptr<std::FILE, Close> file_;
    std::string path_;
    std::vector<std::byte> packet_;
};

} // namespace error_report
