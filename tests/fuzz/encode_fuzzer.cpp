// SPDX-License-Identifier: MIT
// Bytes → what the kernel may send, and what a stream makes of it → every format. The bytes are
// attributes that stand behind those of a good report, loss notice and status and so replace them,
// each on its own: without that, few inputs would get to an encoder.
#include "encode/json.h"
#include "encode/line.h"
#include "encode/object.h"
#include "encode/text.h"
#include "encoders.h"
#include "fuzzer.h"
#include "parse/parse.h"
#include "report/decode.h"
#include "wire.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <span>
#include <string>

namespace {

using namespace error_report;

void check(const std::string& wrong) {
    std::fputs(wrong.c_str(), stderr);
    REQUIRE(wrong.empty());
}

void check(const Record& record) {
    check(test::wrong_with_encoders(record, 0));
    const EncoderOptions options{.origin = test::origin};
    LineValues line(0);
    put_values(line, record, options, 0);
    REQUIRE(std::move(line).finish() == line_of(object_of(record, options, 0)));
}

// What --dedup would write of its repeats, in as many ranges as it may have.
Suppressed repeats_of(const Report& report) {
    constexpr std::size_t most_ranges = 64;
    const auto parsed = parse_report(report.text);
    return {
        .instance = report.instance,
        .report_count = report.seq,
        .fingerprint = parsed.fingerprint,
        .title = parsed.title,
        .count = report.seq,
        .seqs = {1 + report.cpu.value_or(0) % most_ranges, {report.seq, report.seq}},
        .first_time = report.time_real,
        .last_time = report.time_real};
}

void encode(const Report& report) {
    check(report);
    check(repeats_of(report));
}

void encode(const Loss& loss) {
    check(Lost{loss, loss.last});
    auto own = loss;
    own.causes |= cause_not_retained | cause_queue_full | cause_overwritten | cause_refused;
    check(Lost{own, loss.last});
}

void encode(const Status& status) {
    check(Start{status.instance, status.ended, status.published, "0.1.0", status.module_version});
    check(test::wrong_with_json(json_line(status, test::origin, 0), std::string::npos));
    REQUIRE(test::is_printable(text_of(status)));
}

template <class T>
void encode(const Result<T>& decoded) {
    if (decoded)
        encode(*decoded);
    else
        REQUIRE(!decoded.error().message.empty());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto input = std::as_bytes(std::span(data, size));
    encode(decode_report(test::report_wire().append(input).bytes()));
    encode(decode_loss(test::loss_wire(3, 5).append(input).bytes()));
    encode(decode_status(test::status_wire().append(input).bytes()));
    return 0;
}
