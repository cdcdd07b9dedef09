// SPDX-License-Identifier: MIT
// Kernel text is bytes; what is written is UTF-8.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace error_report {

struct Character {
    char32_t code = 0;
    std::size_t bytes = 0; // at least 1
    bool valid = false;    // if not, code is U+FFFD and bytes the part to replace with one of it
};

// The first character of text, which must not be empty. What is invalid is split into parts as
// Unicode (chapter 3, "substitution of maximal subparts") and every web browser do.
Character first_character(std::string_view text);

void append_utf8(std::string& text, char32_t code);

struct Utf8 {
    std::string text;
    bool replaced = false; // something was invalid and is U+FFFD now
};

Utf8 to_utf8(std::string_view bytes);

// Whether that would replace nothing.
bool is_utf8(std::string_view bytes);

} // namespace error_report
