// SPDX-License-Identifier: MIT
// Bytes → a report → every format. The bytes are attributes that stand behind those of a good
// report and so replace them, each on its own: without that, few inputs would get to an encoder.
#include "encoders.h"
#include "fuzzer.h"
#include "report/decode.h"
#include "wire.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <span>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace error_report;
    const auto input = std::as_bytes(std::span(data, size));
    const auto report = decode_report(test::report_wire().append(input).bytes());
    if (!report) {
        REQUIRE(!report.error().message.empty());
        return 0;
    }
    const auto wrong = test::wrong_with_encoders(*report, 0);
    std::fputs(wrong.c_str(), stderr);
    REQUIRE(wrong.empty());
    return 0;
}
