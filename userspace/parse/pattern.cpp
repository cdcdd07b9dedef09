// SPDX-License-Identifier: MIT
#include "parse/pattern.h"

#include "parse/scan.h"

namespace error_report {

std::optional<Captures> match(std::string_view pattern, std::string_view text) {
    Captures captures;
    const bool open_end = pattern.ends_with('*');
    const auto front = scan::take_until(pattern, '*');
    if (!text.starts_with(front))
        return std::nullopt;
    text.remove_prefix(front.size());
    for (auto& capture : captures) {
        if (pattern.empty()) {
            capture = open_end ? text : std::string_view();
            break;
        }
        const auto literal = scan::take_until(pattern, '*');
        // Spaces are everywhere, other marks are rare.
        const auto at = literal.starts_with(' ') && literal.size() > 1 ? scan::find(text, literal)
                                                                       : text.find(literal);
        if (at == std::string_view::npos)
            return std::nullopt;
        capture = text.substr(0, at);
        text.remove_prefix(at + literal.size());
    }
    return captures;
}

} // namespace error_report
