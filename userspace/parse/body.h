// SPDX-License-Identifier: MIT
// A report's lines → its stacks and facts, and the marks that its title is made of.
#pragma once

#include "parse/detectors.h"
#include "parse/marks.h"
#include "parse/parsed.h"

#include <optional>
#include <string_view>

namespace error_report {

struct Body {
    Marks marks;
    std::optional<Headline> headline;
    std::string_view first_line;
    std::string_view next_line; // behind the headline, trimmed
};

// Adds to report all but title, function, category, type and fingerprint. The views of the result
// are of text. If none is known, the headline is the first line that may be one.
Body read_body(std::string_view text, const std::optional<Headline>& known, ParsedReport& report);

} // namespace error_report
