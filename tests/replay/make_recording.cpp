// SPDX-License-Identifier: MIT
// Usage: make_recording COUNT [TEXT_BYTES | TEXT_FILE…] >FILE
//
// A recording of so many reports, small ones, or of so many bytes of text, or with the files' texts
// in turn; with an overrun and a loss now and then, for what has to run longer than a kernel has
// reports.
#include "datagram_wire.h"
#include "source/pcap.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace error_report {
namespace {

using test::generic_wire;
using test::Wire;

constexpr std::uint16_t family = 30;
constexpr std::uint64_t instance = 9;
constexpr std::uint64_t overrun_every = 1000;
constexpr std::uint64_t lost_every = 100;

void print(const Wire& datagram, std::uint64_t time) {
    const auto packet = pcap_packet(datagram.bytes(), time);
    std::fwrite(packet.data(), 1, packet.size(), stdout);
}

// Of so many bytes; empty for 0.
std::string long_text(std::size_t size) {
    constexpr std::size_t line = 60;
    if (size == 0)
        return {};
    std::string text = "BUG: KFENCE: use-after-free read in a long report";
    text.resize(size, '.');
    for (std::size_t at = line; at < size; at += line)
        text[at] = '\n';
    return text;
}

std::string content(const std::string& file) {
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return text.str();
}

std::vector<std::string> texts_of(const std::vector<std::string>& arguments) {
    if (arguments.empty())
        return {long_text(0)};
    if (std::isdigit(static_cast<unsigned char>(arguments.front().front())) != 0)
        return {long_text(std::stoull(arguments.front()))};
    std::vector<std::string> texts;
    std::ranges::transform(arguments, std::back_inserter(texts), content);
    return texts;
}

Wire report(std::uint8_t command, std::uint64_t seq, const std::string& text) {
    auto attributes =
        test::report_wire().u64(ERROR_REPORT_A_SEQ, seq).u64(ERROR_REPORT_A_INSTANCE, instance);
    if (!text.empty())
        attributes.string(ERROR_REPORT_A_TEXT, text)
            .u32(ERROR_REPORT_A_TEXT_LEN, static_cast<std::uint32_t>(text.size()));
    return generic_wire(family, command, attributes);
}

Wire status(std::uint64_t ended) {
    return generic_wire(
        family, ERROR_REPORT_CMD_STATUS_GET,
        test::status_wire()
            .u64(ERROR_REPORT_A_STATUS_INSTANCE, instance)
            .u64(ERROR_REPORT_A_STATUS_ENDED, ended));
}

Wire lost(std::uint64_t seq) {
    return generic_wire(family, ERROR_REPORT_CMD_LOST_NTF, test::loss_wire(seq, seq));
}

void print_all(std::uint64_t count, const std::vector<std::string>& texts) {
    const auto head = pcap_header();
    std::fwrite(head.data(), 1, head.size(), stdout);
    print(test::new_family_wire(family), 0);
    print(status(0), 0);
    for (std::uint64_t seq = 1; seq <= count; ++seq) {
        const auto& text = texts[seq % texts.size()];
        if (seq % overrun_every == 0) {
            print(test::message_wire(NLMSG_OVERRUN, 0, Wire()), seq);
            print(status(seq), seq);
            print(report(ERROR_REPORT_CMD_REPORT_GET, seq, text), seq);
        } else if (seq % lost_every == 0) {
            print(lost(seq), seq);
        } else {
            print(report(ERROR_REPORT_CMD_REPORT_NTF, seq, text), seq);
        }
    }
}

} // namespace
} // namespace error_report

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    if (arguments.empty())
        return 2;
    error_report::print_all(
        std::stoull(arguments.front()),
        error_report::texts_of({arguments.begin() + 1, arguments.end()}));
    return std::fflush(stdout) == 0 ? 0 : 1;
}
