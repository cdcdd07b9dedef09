// SPDX-License-Identifier: MIT
// What the fuzzers have in common.
#ifndef ERROR_REPORT_TESTS_FUZZER_H
#define ERROR_REPORT_TESTS_FUZZER_H

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

// Says what does not hold and ends the program, which libFuzzer takes for a finding.
#define REQUIRE(condition)                                                                         \
    do                                                                                             \
        if (!(condition)) {                                                                        \
            std::fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition);    \
            std::abort();                                                                          \
        }                                                                                          \
    while (false)

// The fuzzer's bytes as decisions. Behind its end all are 0.
class Input {
  public:
    Input(const uint8_t* data, size_t size) : left_(reinterpret_cast<const char*>(data), size) {}

    bool empty() const { return left_.empty(); }

    uint8_t byte() {
        const std::string_view one = bytes(1);
        return one.empty() ? 0 : static_cast<uint8_t>(one[0]);
    }

    // Less than @end.
    uint8_t below(unsigned end) { return static_cast<uint8_t>(byte() % end); }

    // As many, or what is left.
    std::string_view bytes(size_t count) {
        const std::string_view taken = left_.substr(0, std::min(count, left_.size()));
        left_.remove_prefix(taken.size());
        return taken;
    }

  private:
    std::string_view left_;
};

#endif // ERROR_REPORT_TESTS_FUZZER_H
