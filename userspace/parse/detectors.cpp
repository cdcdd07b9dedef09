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

constexpr auto first_bytes = scan::first_bytes_of(introductions);

bool take_introduction(string_view& text) {
    return !text.empty() && first_bytes[static_cast<unsigned char>(text.front())] &&
           std::ranges::any_of(introductions, [&](string_view i) { return scan::take(text, i); });
}

string_view without_introduction(string_view text) {
    while (take_introduction(text))
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

// Which rows may fit a line, by its first byte and its sixth, which tells apart what begins with
// "BUG: ": few for any line, one for most.
class Candidates {
  public:
    Candidates() {
        const auto rows = detectors();
        for (std::size_t i = 0; i < rows.size(); ++i)
            add(
                {.front = front_of(rows[i].headline),
                 .bytes = bytes_of(rows[i].headline),
                 .row = i});
    }

    // text must not be empty. Best first.
    [[nodiscard]] const std::vector<Candidate>& of(string_view text) const {
        return buckets_[index(byte(text, 0), byte(text, second))];
    }

  private:
    static constexpr std::size_t second = 5;

    static unsigned byte(string_view text, std::size_t at) {
        return at < text.size() ? static_cast<unsigned char>(text[at]) : 0;
    }

    static std::size_t index(unsigned first_byte, unsigned second_byte) {
        constexpr unsigned spread = 33;
        return (first_byte * spread + second_byte) % bucket_count;
    }

    // Where a row's front ends before a byte, any may stand there.
    void add(const Candidate& row) {
        for (unsigned first_byte = 0; first_byte < 256; ++first_byte) {
            if (!row.front.empty() && byte(row.front, 0) != first_byte)
                continue;
            for (unsigned second_byte = 0; second_byte < 256; ++second_byte) {
                if (row.front.size() > second && byte(row.front, second) != second_byte)
                    continue;
                auto& bucket = buckets_[index(first_byte, second_byte)];
                if (bucket.empty() || bucket.back().row != row.row)
                    bucket.push_back(row);
            }
        }
    }

    static constexpr std::size_t bucket_count = 1024;
    std::array<std::vector<Candidate>, bucket_count> buckets_;
};

} // namespace

std::optional<Headline> find_headline(string_view line) {
    const auto text = without_note(without_introduction(line));
    if (text.empty())
        return std::nullopt;
    static const Candidates candidates;
    const auto& rows = candidates.of(text);
    // Most lines have few.
    constexpr std::size_t many = 4;
    const auto bytes = rows.size() < many ? scan::ByteSet::any() : scan::ByteSet(text);
    for (const auto& candidate : rows)
        if (bytes.may_hold(candidate.bytes) && candidate.begins(text) &&
            match(detectors()[candidate.row].headline, text)) {
            if (detectors()[candidate.row].category.empty())
                return std::nullopt;
            return Headline{
                .at = line.size() - text.size(),
                .size = text.size(),
                .row = candidate.row,
                .bytes = bytes};
        }
    return std::nullopt;
}

} // namespace error_report
