// SPDX-License-Identifier: MIT
#include "parse/scan.h"

namespace error_report::scan {

std::optional<std::string_view>
between(std::string_view text, std::string_view before, std::string_view after) {
    const auto begin = text.find(before);
    if (begin == std::string_view::npos)
        return std::nullopt;
    text.remove_prefix(begin + before.size());
    const auto end = text.find(after);
    if (end == std::string_view::npos)
        return std::nullopt;
    return text.substr(0, end);
}

} // namespace error_report::scan
