// SPDX-License-Identifier: MIT
#include "report/names.h"

#include "report/report.h"

#include <array>
#include <bit>
#include <fmt/format.h>
#include <linux/error_report.h>
#include <span>
#include <string_view>

namespace error_report {
namespace {

constexpr std::array<std::string_view, 4> context_names{"task", "softirq", "hardirq", "nmi"};
static_assert(context_names.size() == ERROR_REPORT_CONTEXT_NMI + 1);

// Index is the bit's number.
constexpr std::array<std::string_view, 4> kernel_flags{
    "truncated", "no_event", "unterminated", "no_text"};
static_assert(kernel_flags.size() == std::bit_width(unsigned{ERROR_REPORT_FLAG_NO_TEXT}));

constexpr std::array<std::string_view, 2> kernel_causes{"no_slot", "ring_full"};
static_assert(kernel_causes.size() == std::bit_width(unsigned{ERROR_REPORT_CAUSE_RING_FULL}));

// Index is the bit's number less own_bits.
constexpr unsigned own_bits = 32;
constexpr std::array<std::string_view, 2> own_flags{"invalid_utf8", "recovered"};
static_assert(own_bits + own_flags.size() == std::bit_width(flag_recovered));

constexpr std::array<std::string_view, 4> own_causes{
    "not_retained", "queue_full", "overwritten", "refused"};
static_assert(own_bits + own_causes.size() == std::bit_width(cause_refused));

using Names = std::span<const std::string_view>;

// Moves the names of the bits from first on out of bits.
void take_names(
    std::uint64_t& bits, unsigned first, Names names, std::vector<std::string>& result) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto bit = std::uint64_t{1} << (first + i);
        if ((bits & bit) != 0)
            result.emplace_back(names[i]);
        bits &= ~bit;
    }
}

std::vector<std::string> bit_names(std::uint64_t bits, Names kernel, Names own) {
    std::vector<std::string> result;
    take_names(bits, 0, kernel, result);
    take_names(bits, own_bits, own, result);
    if (bits != 0)
        result.push_back(fmt::format("unknown_{:#x}", bits));
    return result;
}

} // namespace

std::string context_name(std::uint32_t context) {
    if (context < context_names.size())
        return std::string(context_names[context]);
    return fmt::format("unknown_{}", context);
}

std::vector<std::string> flag_names(std::uint64_t flags) {
    return bit_names(flags, kernel_flags, own_flags);
}

std::vector<std::string> cause_names(std::uint64_t causes) {
    return bit_names(causes, kernel_causes, own_causes);
}

} // namespace error_report
