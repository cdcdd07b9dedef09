// SPDX-License-Identifier: MIT
#include "parse/title.h"

#include "parse/frame.h"
#include "parse/scan.h"

#include <algorithm>
#include <array>

namespace error_report {
namespace {

using namespace scan;
using std::string_view;

constexpr std::size_t longest_title = 120;

// A rule shortens what it replaces by less than this factor, and a title is short.
constexpr std::size_t most_read = 4 * longest_title;

// What is read and what is written of a title that is being normalized.
class Pen {
  public:
    explicit Pen(string_view text) : rest(text.substr(0, most_read)) {
        // Without an early end this compiles to a few looks at many bytes each.
        unsigned char digits = 0;
        for (const char c : rest)
            digits |= static_cast<unsigned char>(is_digit(c));
        auto end = digits != 0 ? rest.size() : 0;
        while (end > 0 && !is_digit(rest[end - 1]))
            --end;
        numbers_end_ = rest.data() + end;
    }

    string_view rest;

    // Whether there is a digit left: most rules are for numbers.
    [[nodiscard]] bool has_numbers() const { return rest.data() < numbers_end_; }

    [[nodiscard]] bool goes_on() const { return !rest.empty() && size_ < longest_title; }

    [[nodiscard]] string_view out() const { return {buffer_.data(), size_}; }

    [[nodiscard]] bool empty() const { return size_ == 0; }

    [[nodiscard]] char previous() const { return empty() ? '\0' : buffer_[size_ - 1]; }

    void write(char c) { buffer_[size_++] = c; }

    void write(string_view text) { size_ += text.copy(&buffer_[size_], text.size()); }

  private:
    // The last step begins below longest_title, and writes no more than most_read.
    std::array<char, longest_title + most_read> buffer_{};
    std::size_t size_ = 0;
    const char* numbers_end_;
};

// Each rule takes what it replaces off rest; false if it does not apply here.

template <class Matches>
bool after_other(const Pen& pen, Matches matches) {
    return !pen.empty() && !matches(pen.previous());
}

constexpr auto is_alnum = [](char c) { return is_alpha(c) || is_digit(c); };

constexpr auto is_lower_hex = [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); };

bool address(Pen& pen) {
    constexpr std::size_t least = 6;
    // Most words end the question here.
    if (!is_lower_hex(pen.rest.front()) || !after_other(pen, is_alnum))
        return false;
    auto rest = pen.rest;
    const bool prefixed = take(rest, "0x");
    const auto digits = take_while(rest, is_lower_hex);
    // "decade" is a word.
    const bool number = prefixed || std::ranges::any_of(digits, is_digit);
    if (digits.size() < least || !number)
        return false;
    pen.write("ADDR");
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
    pen.write("IP");
    pen.rest = rest;
    return true;
}

bool line_number(Pen& pen) { // "mm/slub.c:123:45"
    if (!pen.rest.starts_with(':'))
        return false;
    const auto out = pen.out();
    auto extension = out.size();
    while (extension > 0 && is_word(out[extension - 1]))
        --extension;
    if (extension == out.size() || extension == 0 || out[extension - 1] != '.')
        return false;
    auto rest = pen.rest;
    bool found = false;
    for (auto next = rest; take(next, ":") && !take_while(next, is_digit).empty(); rest = next)
        found = true;
    if (!found)
        return false;
    pen.write(":LINE");
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
    if (!pen.out().ends_with("CPU") || !take(rest, "#") || take_while(rest, is_digit).empty())
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
    pen.write("NUM");
    pen.rest = rest;
    return true;
}

bool digits_of_name(Pen& pen) { // not to be looked at again from their middle
    const auto digits = take_while(pen.rest, is_digit);
    pen.write(digits);
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
    if (!pen.out().ends_with("syz-executor") && !pen.out().ends_with("syzkaller"))
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
    if (!pen.empty() && pen.previous() != ' ')
        pen.write(' ');
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

// A byte of a title's rest, by what may stand around it where no rule applies.
enum : unsigned char {
    letter = 1,
    mark = 2,      // begins no rule, if no number stands behind it
    space = 4,     // likewise, if no other stands behind it
    no_number = 8, // begins none: a space, or a letter that is no digit of an address
};

constexpr auto kinds = [] {
    std::array<unsigned char, 256> result{};
    for (unsigned byte = ' '; byte < 0x7F; ++byte) {
        const char c = static_cast<char>(byte);
        const bool begins_rule = is_digit(c) || c == '.' || c == '+' || c == '#';
        if (is_alpha(c))
            result[byte] = is_lower_hex(c) ? letter : letter | no_number;
        else if (c == ' ')
            result[byte] = space | no_number;
        else if (!begins_rule)
            result[byte] = mark;
    }
    return result;
}();

constexpr bool is_of(char c, unsigned char kind) {
    return (kinds[static_cast<unsigned char>(c)] & kind) != 0;
}

// How much of the rest, whose first byte no rule replaces, none replaces either: words, one space
// at a time, and where numbers follow only marks that stand before none.
std::size_t plain_bytes(const Pen& pen) {
    const auto text = pen.rest;
    const bool numbers = pen.has_numbers();
    const unsigned char sure = numbers ? letter : letter | mark;
    std::size_t n = 0;
    for (; n < text.size(); ++n) {
        if (is_of(text[n], sure))
            continue;
        if (n + 1 == text.size() || !is_of(text[n], mark | space))
            break;
        const char next = text[n + 1];
        const bool spaces = text[n] == ' ' && next == ' ';
        if (spaces || (numbers && !is_of(next, no_number)))
            break;
    }
    return std::max<std::size_t>(n, 1);
}

void step(Pen& pen) {
    if (replace(pen))
        return;
    const auto plain = plain_bytes(pen);
    pen.write(pen.rest.substr(0, plain));
    pen.rest.remove_prefix(plain);
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
    Pen pen(text);
    while (pen.goes_on())
        step(pen);
    return std::string(trim(pen.out().substr(0, longest_title)));
}

} // namespace error_report
