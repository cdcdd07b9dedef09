// SPDX-License-Identifier: MIT
// Bytes → what the kernel may send: a value or a sentence, and no value that breaks the promises
// that the stages behind rely on. The bytes stand for a whole message, and for attributes behind
// those of a good one, which they replace.
#include "fuzzer.h"
#include "report/decode.h"
#include "wire.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace {

using namespace error_report;

// The function is called for a value only.
template <class T>
void check(const Result<T>& decoded, void (*promise)(const T&)) {
    if (decoded)
        promise(*decoded);
    else
        REQUIRE(!decoded.error().message.empty());
}

void promise_report(const Report& report) {
    REQUIRE(report.seq >= 1 && report.seq <= largest_integer);
    REQUIRE(report.time_boot && *report.time_boot / 1000 <= largest_integer);
    REQUIRE(report.comm && report.comm->size() <= longest_name);
    REQUIRE(report.tool.size() <= longest_name);
    REQUIRE(report.flags <= 0xffffffff); // the high bits are this program's own
}

void promise_loss(const Loss& loss) {
    REQUIRE(loss.first >= 1 && loss.first <= loss.last && loss.last <= largest_integer);
    REQUIRE(loss.causes <= 0xffffffff);
}

void promise_status(const Status& status) {
    REQUIRE(status.ended <= largest_integer && status.published <= largest_integer);
    REQUIRE(!status.newest_seq || *status.newest_seq <= largest_integer);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto bytes = std::as_bytes(std::span(data, size));
    check(decode_report(bytes), promise_report);
    check(decode_report(test::report_wire().append(bytes).bytes()), promise_report);
    check(decode_loss(bytes), promise_loss);
    check(decode_loss(test::loss_wire(3, 5).append(bytes).bytes()), promise_loss);
    check(decode_status(bytes), promise_status);
    return 0;
}
