// SPDX-License-Identifier: MIT
#include "parse/title.h"

#include "parse/frame.h"
#include "parse/scan.h"

#include <array>

namespace error_report {
namespace {

using namespace scan;
using std::string_view;

constexpr std::size_t longest_title = 120;

// What is read and what is written of a title that is being normalized.
struct Pen {
    string_view rest;
    std::string out;

    char previous() const { return out.empty() ? '\0' : out.back(); }
};

// Each rule takes what it replaces off rest; false if it does not apply here.

bool after_other(const Pen& pen, bool (*matches)(char)) {
    return !pen.out.empty() && !matches(pen.previous());
}

bool is_alnum(char c) {
    return is_alpha(c) || is_digit(c);
}

bool is_lower_hex(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f');
}

bool address(Pen& pen) {
    constexpr std::size_t least = 6;
    // Most words end the question here.
    if (!is_lower_hex(pen.rest.front()) || !after_other(pen, is_alnum))
        return false;
    auto rest = pen.rest;
    const bool prefixed = take(rest, "0x");
    const auto digits = take_while(rest, is_lower_hex);
    // "decade" is a word.
    const bool number = prefixed || digits.find_first_of("0123456789") != string_view::npos;
    if (digits.size() < least || !number)
        return false;
    pen.out += "ADDR";
    pen.rest = rest;
    return true;
}

bool ip_address(Pen& pen) {
    auto rest = pen.rest;
    for (int i = 0; i < 4; ++i) {
        if (i > 0 && !take(rest, "."))
            return false;
        if (const auto digits = take_while(rest, is_digit); digits.empty() || digits.size() > 3)
            return false;
    }
    pen.out += "IP";
    pen.rest = rest;
    return true;
}

bool line_number(Pen& pen) { // "mm/slub.c:123:45"
    if (!pen.rest.starts_with(':'))
        return false;
    const auto dot = pen.out.rfind('.');
    if (dot == std::string::npos)
        return false;
    auto extension = string_view(pen.out).substr(dot + 1);
    if (extension.empty() || (take_while(extension, is_word), !extension.empty()))
        return false;
    auto rest = pen.rest;
    bool found = false;
    for (auto next = rest; take(next, ":") && !take_while(next, is_digit).empty(); rest = next)
        found = true;
    if (!found)
        return false;
    pen.out += ":LINE";
    pen.rest = rest;
    return true;
}

bool offset(Pen& pen) { // the "+0x1/0x2" of a function
    auto rest = pen.rest;
    if (!after_other(pen, [](char c) { return !is_word(c) && c != '.'; }) || !take(rest, "+0x") ||
        take_while(rest, is_hex).empty() || !take(rest, "/0x") || take_while(rest, is_hex).empty())
        return false;
    pen.rest = rest;
    return true;
}

bool cpu(Pen& pen) { // the "#1" of "CPU#1"
    auto rest = pen.rest;
    if (!pen.out.ends_with("CPU") || !take(rest, "#") || take_while(rest, is_digit).empty())
        return false;
    pen.rest = rest;
    return true;
}

bool number(Pen& pen) {
    constexpr std::size_t longest_in_name = 6; // the 80211 of cfg80211
    auto rest = pen.rest;
    const auto digits = take_while(rest, is_digit);
    const bool alone = after_other(pen, is_word) && (rest.empty() || !is_word(rest.front()));
    if (digits.empty() || (!alone && digits.size() <= longest_in_name))
        return false;
    pen.out += "NUM";
    pen.rest = rest;
    return true;
}

bool digits_of_name(Pen& pen) { // not to be looked at again from their middle
    const auto digits = take_while(pen.rest, is_digit);
    pen.out += digits;
    return !digits.empty();
}

bool compiler_suffix(Pen& pen) { // the ".isra.0" of a function
    if (!after_other(pen, [](char c) { return !is_word(c); }) || !begins_suffix(pen.rest))
        return false;
    take_while(pen.rest, [](char c) { return is_word(c) || c == '.'; });
    return true;
}

// A fuzzer's processes are numbered: "syz-executor.3:1234".
bool fuzzer(Pen& pen) {
    if (!pen.out.ends_with("syz-executor") && !pen.out.ends_with("syzkaller"))
        return false;
    auto rest = pen.rest;
    take(rest, ".");
    if (take_while(rest, is_digit).empty())
        return false;
    auto next = rest;
    if ((take(next, "/") || take(next, ":")) && !take_while(next, is_digit).empty())
        rest = next;
    pen.rest = rest;
    return true;
}

bool spaces(Pen& pen) {
    skip_spaces(pen.rest);
    if (!pen.out.empty() && pen.previous() != ' ')
        pen.out += ' ';
    return true;
}

bool unprintable(Pen& pen) {
    const auto byte = static_cast<unsigned char>(pen.rest.front());
    if (byte >= ' ' && byte < 0x7F)
        return false;
    pen.rest.remove_prefix(1);
    return true;
}

// The rules by what they begin with; most of a title is the middle of words, where none applies.
bool replace(Pen& pen) {
    const char c = pen.rest.front();
    if (is_digit(c))
        return fuzzer(pen) || address(pen) || ip_address(pen) || number(pen) || digits_of_name(pen);
    if (is_alpha(c))
        return address(pen);
    switch (c) {
    case ' ':
    case '\t':
        return spaces(pen);
    case ':':
        return line_number(pen);
    case '+':
        return offset(pen);
    case '.':
        return fuzzer(pen) || compiler_suffix(pen);
    case '#':
        return cpu(pen);
    default:
        return unprintable(pen);
    }
}

void step(Pen& pen) {
    if (replace(pen))
        return;
    const auto word = take_while(pen.rest, is_alpha);
    pen.out += word;
    if (!word.empty())
        return;
    pen.out += pen.rest.front();
    pen.rest.remove_prefix(1);
}

string_view value(char name, const TitleParts& parts) {
    switch (name) {
    case 'f':
        return parts.function;
    case 'a':
        return parts.access;
    case 'n':
        return parts.next_line;
    default:
        return parts.captures.at(static_cast<std::size_t>(name - '1'));
    }
}

} // namespace

std::string fill(string_view pattern, const TitleParts& parts) {
    if (parts.function.empty())
        pattern = pattern.substr(0, pattern.find(" in {f}"));
    std::string result;
    while (!pattern.empty()) {
        const auto brace = pattern.find('{');
        result += pattern.substr(0, brace);
        if (brace == string_view::npos)
            break;
        result += value(pattern[brace + 1], parts);
        pattern.remove_prefix(brace + 3);
    }
    return result;
}

std::string normalize_title(string_view text) {
    // A rule shortens what it replaces by less than this factor, and a title is short.
    constexpr std::size_t enough = 4 * longest_title;
    Pen pen{.rest = text.substr(0, enough), .out = {}};
    pen.out.reserve(enough);
    while (!pen.rest.empty() && pen.out.size() < longest_title)
        step(pen);
    pen.out.resize(std::min(pen.out.size(), longest_title));
    return std::string(trim(pen.out));
}

} // namespace error_report
