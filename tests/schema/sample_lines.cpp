// SPDX-License-Identifier: MIT
// Prints a line of every event, with every field in every form, for check_schema.py.
#include "encode/found.h"
#include "encode/json.h"
#include "parse/parse.h"
#include "sample.h"

#include <cstdio>
#include <linux/error_report.h>
#include <string>

namespace error_report {
namespace {

using test::origin;

constexpr std::uint64_t noon = 1'767'355'200'000'000'000;
constexpr std::uint32_t large = 0xffffffff;
constexpr std::uint64_t all_bits = 0xffffffffffffffff;

void print(const std::string& line) {
    std::fwrite(line.data(), 1, line.size(), stdout);
}

void print(const Record& record, EncoderOptions options = {.origin = origin}) {
    print(JsonEncoder(std::move(options)).encode(record, noon));
}

Report largest_report() {
    return {
        .seq = largest_integer,
        .instance = all_bits,
        .tool = std::string(longest_name, '\xFF'),
        .id = {},
        .text = std::string(10'000, '\0'),
        .text_bytes = large,
        .flags = all_bits,
        .time_real = all_bits,
        .time_boot = largest_integer,
        .cpu = large,
        .pid = large,
        .comm = std::string(longest_name, '\xFF'),
        .context = large};
}

// A text that says all that a text can say.
Report understood() {
    auto report = test::sample();
    report.flags = flag_recovered;
    report.text = "BUG: KASAN: slab-use-after-free in f+0x57/0x150 [m]\n"
                  "Read of size 8 at addr ffff88823bc8cf68 by task reader/42\n"
                  "Pointer tag: [f5], memory tag: [fe]\n"
                  "CPU: 1 UID: 0 PID: 42 Comm: reader Tainted: G    B   W          6.12.0-rc1+ #7\n"
                  "Hardware name: QEMU\n"
                  "Workqueue: events g\n"
                  "Call Trace:\n f+0x57/0x150 [m 0123456789abcdef0123456789abcdef]\n"
                  " ? h+0x1/0x2\n i fs/i.c:12 [inline]\n 0xffffffffc0123456\n"
                  "Freed by task 43:\n g+0x13b/0x190 [m]\n"
                  "The buggy address belongs to the object at ffff88823bc8cf00\n"
                  " which belongs to the cache kmalloc-192 of size 192\n"
                  "Modules linked in: m(OE)\n";
    return report;
}

Status status() {
    Status result;
    result.module_version = "0.1.0";
    result.oldest_seq = 1;
    result.newest_seq = largest_integer;
    result.ring_used = large;
    result.start_event = 1;
    return result;
}

void print_found() {
    const FoundReport found{.text = understood().text, .first_line = 3, .last_line = 20};
    print(json_of(found, parse_report(found), "console.log", 0));
}

void print_all() {
    print(test::sample());
    print(test::sample(), {.origin = origin, .with_text = false});
    print(understood());
    print(understood(), {.origin = origin, .max_line = JsonEncoder::least_max_line});
    print_found();
    print(largest_report());
    print(largest_report(), {.origin = {"", "", ""}, .max_line = JsonEncoder::least_max_line});
    print(Start{0, 0, 1, "0.1.0", "0.1.0"});
    print(Lost{{1, 3, ERROR_REPORT_CAUSE_NO_SLOT | cause_queue_full | cause_overwritten, 1}, 3});
    print(Lost{{1, 1, all_bits, 1}, 1});
    for (const auto* why : {"overrun", "gap", "instance", "stop"})
        print(Resync{1, 9, 4, 8, why});
    print(FamilyDown{1, 9});
    print(FamilyUp{1, 0});
    print(Stop{1, 9, 9, 4, "SIGTERM"});
    print(Stop{1, {}, 0, 0, "count"});
    print(Suppressed{1, 9, "1:0123456789abcdef", "WARNING in f", 3, {{2, 3}, {7, 7}}, noon, noon});
    print(json_line(Status{}, origin, noon));
    print(json_line(status(), origin, noon));
}

} // namespace
} // namespace error_report

int main() {
    error_report::print_all();
}
