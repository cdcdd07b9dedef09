// SPDX-License-Identifier: MIT
#include "parse/detectors.h"

#include "parse/scan.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace error_report {
namespace {

using std::string_view;

// What stands before a headline: who reports, in lockdep's brackets or with a word.
constexpr auto introductions = std::to_array<string_view>({
    "[ ",
    "watchdog: ",
    "NMI watchdog: ",
    "rcu: ",
    "Oops: ",
    "traps: ",
    "TRAP: ",
    "segment-related ",
    " ",
});

string_view without_introduction(string_view text) {
    while (std::ranges::any_of(introductions, [&](string_view i) { return scan::take(text, i); }))
        ;
    return text;
}

// KASAN's note on a fault has no line's end in old kernels, and the fault's own words follow.
string_view without_note(string_view text) {
    constexpr string_view fault = "general protection fault";
    if (text.starts_with("kasan: "))
        if (const auto at = text.find(fault); at != string_view::npos)
            text.remove_prefix(at);
    return text;
}

// A headline up to its first '*'.
string_view front_of(string_view pattern) {
    return pattern.substr(0, pattern.find('*'));
}

// All of it but its '*'.
scan::ByteSet bytes_of(string_view pattern) {
    std::string literals(pattern);
    std::erase(literals, '*');
    return scan::ByteSet(literals);
}

struct Candidate {
    string_view front;
    scan::ByteSet bytes;
    std::size_t row;

    // The last byte tells most of them apart.
    [[nodiscard]] bool begins(string_view text) const {
        return front.empty() || (text.size() >= front.size() &&
                                 text[front.size() - 1] == front.back() && text.starts_with(front));
    }
};

// The rows that may fit a line, by its first byte: none for most.
const auto candidates = [] {
    std::array<std::vector<Candidate>, 256> result;
    const auto rows = detectors();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto front = front_of(rows[i].headline);
        for (std::size_t byte = 0; byte < result.size(); ++byte)
            if (front.empty() || static_cast<unsigned char>(front[0]) == byte)
                result[byte].push_back(
                    {.front = front, .bytes = bytes_of(rows[i].headline), .row = i});
    }
    return result;
}();

} // namespace

std::optional<Headline> find_headline(string_view text) {
    text = without_note(without_introduction(text));
    if (text.empty())
        return std::nullopt;
    const auto& rows = candidates[static_cast<unsigned char>(text.front())];
    // Most lines have few.
    constexpr std::size_t many = 4;
    const auto bytes = rows.size() < many ? scan::ByteSet::any() : scan::ByteSet(text);
    for (const auto& candidate : rows)
        if (bytes.may_hold(candidate.bytes) && candidate.begins(text) &&
            match(detectors()[candidate.row].headline, text)) {
            if (detectors()[candidate.row].category.empty())
                return std::nullopt;
            return Headline{.text = text, .first = candidate.row};
        }
    return std::nullopt;
}

} // namespace error_report
