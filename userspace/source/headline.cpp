// SPDX-License-Identifier: MIT
#include "source/headline.h"

#include <algorithm>
#include <array>

namespace error_report {
namespace {

constexpr std::array<Headline, 5> all{{
    {"kasan", "BUG: KASAN: ", true, true},
    {"kfence", "BUG: KFENCE: ", true, true},
    {"warning", "WARNING: ", false, true},
    {"bug", "kernel BUG at ", false, false},
    {"ubsan", "UBSAN: ", false, false},
}};

const Headline* headline_of(std::string_view line, bool is_first) {
    for (const auto& headline : all)
        if (line.starts_with(headline.begins) && (is_first || !headline.is_first))
            return &headline;
    return nullptr;
}

} // namespace

std::span<const Headline> headlines() {
    return all;
}

std::string_view tool_of(std::string_view text) {
    const Headline* found = nullptr;
    for (bool is_first = true; !text.empty(); is_first = false) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        const auto* headline = headline_of(line, is_first);
        // As the kernel does: a WARN may print any message in front of its own headline.
        if (headline != nullptr && (found == nullptr || !found->fires_event))
            found = headline;
    }
    return found != nullptr ? found->tool : "unknown";
}

} // namespace error_report
