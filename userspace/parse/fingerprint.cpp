// SPDX-License-Identifier: MIT
#include "parse/fingerprint.h"

#include "parse/frame.h"
#include "parse/infrastructure.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace error_report {
namespace {

constexpr std::string_view version = "1:";

// The version, and sixteen digits.
std::string fingerprint(std::uint64_t value) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string result(version.size() + 16, '0');
    version.copy(result.data(), version.size());
    for (auto digit = result.rbegin(); value != 0; ++digit, value /= 16)
        *digit = digits[value % 16];
    return result;
}

// FNV-1a, 64 bits.
class Hash {
  public:
    void add(std::string_view text) {
        for (const char c : text)
            add_byte(static_cast<unsigned char>(c));
        // Between the parts, so that "ab","c" is not "a","bc".
        add_byte(0);
    }

    [[nodiscard]] std::uint64_t value() const { return value_; }

  private:
    void add_byte(unsigned char byte) {
        constexpr std::uint64_t prime = 0x100000001b3;
        value_ = (value_ ^ byte) * prime;
    }

    std::uint64_t value_ = 0xcbf29ce484222325;
};

// Where the bug shows: the faulting stack, or the only one that there is.
const Stack* main_stack(const ParsedReport& report) {
    const auto faulting = std::ranges::find(report.stacks, StackKind::faulting, &Stack::kind);
    if (faulting != report.stacks.end())
        return &*faulting;
    return report.stacks.empty() ? nullptr : &report.stacks.front();
}

// The first function that says something, up to where a dispatcher or an interrupt called; callers
// further up are no part of a fingerprint, because a compiler makes them frames of their own or
// not.
std::string_view first_function(const Stack& stack) {
    for (const auto& frame : stack.frames) {
        const auto function = clean_function(frame.at.function);
        if (frame.inexact || frame.inlined || function.empty() || is_infrastructure(function))
            continue;
        return frame.interrupted || is_entry(function) ? std::string_view() : function;
    }
    return {};
}

} // namespace

std::string fingerprint_of(const ParsedReport& report) {
    Hash hash;
    hash.add(report.category);
    hash.add(report.type);
    hash.add(report.title);
    hash.add(report.access ? std::string_view(report.access->kind) : "");
    if (const auto* stack = main_stack(report); stack != nullptr && report.function.empty())
        hash.add(first_function(*stack));
    return fingerprint(hash.value());
}

} // namespace error_report
