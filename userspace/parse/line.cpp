// SPDX-License-Identifier: MIT
#include "parse/line.h"

#include "parse/scan.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

namespace error_report {
namespace {

using namespace scan;

// A kind of prefix takes itself off the front of line.text; false if it is not there.
using Prefix = bool (*)(LogLine& line);

bool take_digits(std::string_view& text, std::size_t least, std::size_t most) {
    auto rest = text;
    const auto digits = take_while(rest, is_digit);
    if (digits.size() < least || digits.size() > most)
        return false;
    text = rest;
    return true;
}

// "12.345678", "12,345678"
bool take_seconds(std::string_view& text) {
    constexpr std::size_t most_whole = 12;
    constexpr std::size_t most_fraction = 9;
    const auto digits = [&](std::size_t from) {
        while (from < text.size() && is_digit(text[from]))
            ++from;
        return from;
    };
    const auto point = digits(0);
    if (point == 0 || point > most_whole || point == text.size() ||
        (text[point] != '.' && text[point] != ','))
        return false;
    const auto end = digits(point + 1);
    if (end == point + 1 || end - point - 1 > most_fraction)
        return false;
    text.remove_prefix(end);
    return true;
}

bool take_clock(std::string_view& text) { // "15:09:06", "15:09:06.123456"
    auto rest = text;
    if (!take_digits(rest, 1, 2) || !take(rest, ":") || !take_digits(rest, 2, 2))
        return false;
    if (take(rest, ":") && !take_digits(rest, 2, 2))
        return false;
    auto fraction = rest;
    if ((take(fraction, ".") || take(fraction, ",")) && take_digits(fraction, 1, 9))
        rest = fraction;
    text = rest;
    return true;
}

bool take_word(std::string_view& text, std::size_t most) {
    auto rest = text;
    const auto word = take_while(rest, [](char c) { return c != ' ' && c != '\t'; });
    if (word.empty() || word.size() > most)
        return false;
    text = rest;
    return true;
}

bool take_month_day(std::string_view& text) { // "Nov 22", "Nov  2", "Nov22"
    auto rest = text;
    const auto month = take_while(rest, is_alpha);
    if (month.size() != 3)
        return false;
    skip_spaces(rest);
    if (!take_digits(rest, 1, 2))
        return false;
    text = rest;
    return true;
}

bool take_date(std::string_view& text) { // "2026-11-22", "2026/11/22", "11-22"
    auto rest = text;
    if (!take_digits(rest, 2, 4) || !(take(rest, "-") || take(rest, "/")) ||
        !take_digits(rest, 2, 2))
        return false;
    if (take(rest, "-") || take(rest, "/"))
        if (!take_digits(rest, 2, 2))
            return false;
    text = rest;
    return true;
}

// Behind a syslog time: "host kernel: ", "host kernel[0]: "; another program's is foreign.
bool take_host_and_program(LogLine& line, std::string_view rest) {
    constexpr std::size_t longest_host = 255;
    auto after_host = rest;
    if (!take_word(after_host, longest_host) || !take(after_host, " "))
        return false;
    auto program = after_host;
    const auto name = take_until(program, ':');
    // Without a colon, or with one in the middle of a sentence, it is no program's name.
    if (program.empty() && !after_host.ends_with(':'))
        return false;
    if (name.empty() || name.find(' ') != std::string_view::npos)
        return false;
    line.foreign = !(name == "kernel" || name.starts_with("kernel["));
    line.newline = syslog_newline;
    line.text = program;
    take(line.text, " ");
    return true;
}

// Whether it is one of another program: it is 8 times a facility, of which the kernel's own is 0,
// and a level.
bool is_foreign(std::string_view priority) {
    constexpr std::uint64_t levels = 8;
    return take_number(priority).value_or(0) >= levels;
}

bool level(LogLine& line) { // "<4>"
    auto rest = line.text;
    if (!take(rest, "<"))
        return false;
    const auto priority = rest;
    if (!take_digits(rest, 1, 3) || !take(rest, ">"))
        return false;
    line.foreign = line.foreign || is_foreign(priority);
    line.text = rest;
    return true;
}

bool level_names(LogLine& line) { // dmesg -x: "kern  :err   : "
    auto rest = line.text;
    const auto facility = take_while(rest, is_alpha);
    skip_spaces(rest);
    if (!take(rest, ":"))
        return false;
    const auto severity = take_while(rest, is_alpha);
    constexpr auto severities = std::to_array<std::string_view>(
        {"emerg", "alert", "crit", "err", "warn", "notice", "info", "debug"});
    skip_spaces(rest);
    if (std::ranges::find(severities, severity) == severities.end() || !take(rest, ": "))
        return false;
    line.foreign = facility != "kern";
    line.text = rest;
    return true;
}

// "[   12.345678] ", "[  +0.000012] "; dmesg -d: "[   12.345678 <    0.000012>] ",
// "[<    0.000012>] "
bool uptime(LogLine& line) {
    auto rest = line.text;
    if (!take(rest, "["))
        return false;
    skip_spaces(rest);
    take(rest, "+");
    const bool absolute = take_seconds(rest);
    skip_spaces(rest);
    const bool relative = take(rest, "<");
    if (relative) {
        skip_spaces(rest);
        if (!take_seconds(rest) || !take(rest, ">"))
            return false;
    }
    if (!(absolute || relative) || !take(rest, "]"))
        return false;
    take(rest, " ");
    line.text = rest;
    return true;
}

bool caller(LogLine& line) { // "[  T123] ", "[    C0] "
    auto rest = line.text;
    if (!take(rest, "["))
        return false;
    skip_spaces(rest);
    const auto begin = rest;
    if (!(take(rest, "T") || take(rest, "C")) || !take_digits(rest, 1, 10))
        return false;
    const auto id = begin.substr(0, begin.size() - rest.size());
    if (!take(rest, "]"))
        return false;
    take(rest, " ");
    line.caller = id;
    line.text = rest;
    return true;
}

bool vendor_caller(LogLine& line) { // Samsung: " [4:  kworker/4:1:  123] "
    auto rest = line.text;
    skip_spaces(rest);
    if (!take(rest, "["))
        return false;
    const auto begin = rest;
    if (!take_digits(rest, 1, 3) || !take(rest, ":"))
        return false;
    constexpr std::size_t longest = 32;
    const auto end = rest.substr(0, longest).find(']');
    if (end == std::string_view::npos)
        return false;
    const auto inside = rest.substr(0, end);
    if (inside.find(':') == std::string_view::npos || !is_digit(inside.back()))
        return false;
    line.caller = begin.substr(0, begin.size() - rest.size() + end);
    rest.remove_prefix(end + 1);
    take(rest, " ");
    line.text = rest;
    return true;
}

bool cpu_and_caller(LogLine& line) { // MediaTek: " (0)[123:kworker/4:1]"
    auto rest = line.text;
    skip_spaces(rest);
    if (!take(rest, "(") || !take_digits(rest, 1, 3) || !take(rest, ")["))
        return false;
    constexpr std::size_t longest = 32;
    const auto id = rest.substr(0, rest.substr(0, longest).find(']'));
    auto inside = id;
    if (id.size() == rest.size() || !take_digits(inside, 1, 10) || !inside.starts_with(':'))
        return false;
    rest.remove_prefix(id.size());
    if (!take(rest, "]"))
        return false;
    line.caller = id;
    line.text = rest;
    return true;
}

bool human_time(LogLine& line) { // dmesg -H, -T: "[Nov22 15:09] ", "[Sun Nov 22 15:09:06 2026] "
    auto rest = line.text;
    if (!take(rest, "["))
        return false;
    auto weekday = rest;
    if (take_while(weekday, is_alpha).size() == 3 && take(weekday, " "))
        rest = weekday;
    if (!(take_month_day(rest) || take_date(rest)) || !take(rest, " ") || !take_clock(rest))
        return false;
    if (take(rest, " "))
        take_digits(rest, 4, 4);
    if (!take(rest, "]"))
        return false;
    take(rest, " ");
    line.text = rest;
    return true;
}

bool syslog(LogLine& line) { // "Nov 22 15:09:06 host kernel: "
    auto rest = line.text;
    if (!take_month_day(rest) || !take(rest, " ") || !take_clock(rest) || !take(rest, " "))
        return false;
    return take_host_and_program(line, rest);
}

bool full_time(
    LogLine& line) { // journalctl -o short-full: "Sun 2026-11-22 15:09:06 CET host kernel: "
    auto rest = line.text;
    if (take_while(rest, is_alpha).size() != 3 || !take(rest, " ") || !take_date(rest) ||
        !take(rest, " ") || !take_clock(rest) || !take(rest, " "))
        return false;
    constexpr std::size_t longest_zone = 6;
    return take_word(rest, longest_zone) && take(rest, " ") && take_host_and_program(line, rest);
}

bool unix_time(LogLine& line) { // journalctl -o short-unix: "1700000000.123456 host kernel: "
    auto rest = line.text;
    return take_seconds(rest) && take(rest, " ") && take_host_and_program(line, rest);
}

bool take_iso_time(std::string_view& text) {
    auto rest = text;
    if (!take_digits(rest, 4, 4) || !take(rest, "-") || !take_digits(rest, 2, 2) ||
        !take(rest, "-") || !take_digits(rest, 2, 2) || !take(rest, "T") || !take_clock(rest))
        return false;
    if (!take(rest, "Z")) {
        if (!(take(rest, "+") || take(rest, "-")))
            return false;
        take_while(rest, [](char c) { return is_digit(c) || c == ':'; });
    }
    if (!take(rest, " "))
        return false;
    text = rest;
    return true;
}

// "2026-11-22T15:09:06.123456+0100 host kernel: "; dmesg's has a comma, and no host.
bool iso_time(LogLine& line) {
    auto rest = line.text;
    if (!take_iso_time(rest))
        return false;
    const auto stamp = line.text.substr(0, line.text.size() - rest.size());
    if (contains(stamp, ',') || !take_host_and_program(line, rest))
        line.text = rest;
    return true;
}

// RFC 5424, behind its priority: "1 2026-11-22T15:09:06Z host kernel - - - "
bool syslog_protocol(LogLine& line) {
    constexpr std::size_t longest = 255;
    auto rest = line.text;
    if (!take(rest, "1 ") || !take_iso_time(rest) || !take_word(rest, longest) || !take(rest, " "))
        return false;
    const auto program = take_while(rest, [](char c) { return c != ' '; });
    // The process's number, the message's kind, and structured data, of which the kernel has none.
    for (int i = 0; i < 3; ++i)
        if (!take(rest, " ") || !take_word(rest, longest))
            return false;
    take(rest, " ");
    line.foreign = program != "kernel";
    line.text = rest;
    return true;
}

bool short_monotonic(LogLine& line) { // behind journalctl -o short-monotonic: "host kernel: "
    auto rest = line.text;
    constexpr std::size_t longest_host = 255;
    if (!take_word(rest, longest_host) || !take(rest, " kernel: "))
        return false;
    line.text = rest;
    return true;
}

bool program_time(LogLine& line) { // Go's log: "2026/11/22 15:09:06 "
    auto rest = line.text;
    if (!take_date(rest) || !take(rest, " ") || !take_clock(rest) || !take(rest, " "))
        return false;
    line.text = rest;
    return true;
}

// logcat's: "11-22 15:09:06.123", "2026-11-22 15:09:06.123 +0100", "1750305980.123"
bool take_logcat_time(std::string_view& text) {
    auto rest = text;
    if (take_date(rest)) {
        if (!take(rest, " ") || !take_clock(rest))
            return false;
    } else if (!take_seconds(rest)) {
        return false;
    }
    auto zone = rest;
    if ((take(zone, " +") || take(zone, " -")) && take_digits(zone, 4, 4))
        rest = zone;
    text = rest;
    return true;
}

// Android: "11-22 15:09:06.123  0  0 W KERNEL  : ", "11-22 15:09:06.123 W/KERNEL (  0): "
bool logcat(LogLine& line) {
    auto rest = line.text;
    const bool dated = take_logcat_time(rest);
    if (dated) {
        skip_spaces(rest);
        while (take_digits(rest, 1, 10))
            skip_spaces(rest);
    }
    constexpr std::string_view levels = "VDIWEFSA";
    if (rest.size() < 3 || levels.find(rest.front()) == std::string_view::npos ||
        (rest[1] != '/' && rest[1] != ' '))
        return false;
    const bool slash = rest[1] == '/';
    // "I am: " is a sentence, "I/am(  1): " is not.
    if (!dated && !slash)
        return false;
    rest.remove_prefix(2);
    const auto tag = trim(take_while(rest, [](char c) { return c != ':' && c != '('; }));
    if (take(rest, "(")) {
        skip_spaces(rest);
        if (!take_digits(rest, 1, 10) || !take(rest, ")"))
            return false;
    } else if (slash) {
        return false;
    }
    if (!take(rest, ":"))
        return false;
    take(rest, " ");
    line.foreign = !tag.empty() && tag != "KERNEL" && tag != "kernel" && tag != "klogd";
    line.text = rest;
    return true;
}

// /dev/kmsg: "4,1234,5678901,-,caller=T12;"
bool kmsg_record(LogLine& line) {
    auto rest = line.text;
    if (!take_digits(rest, 1, 3) || !take(rest, ",") || !take_digits(rest, 1, 18) ||
        !take(rest, ",") || !take_digits(rest, 1, 18) || !take(rest, ","))
        return false;
    constexpr std::size_t longest = 64;
    const auto end = rest.substr(0, longest).find(';');
    if (end == std::string_view::npos)
        return false;
    line.foreign = line.foreign || is_foreign(line.text);
    line.newline = kmsg_newline;
    if (const auto id = between(rest.substr(0, end + 1), "caller=", ";"))
        line.caller = *id;
    line.text = rest.substr(end + 1);
    return true;
}

bool dropped_messages(LogLine& line) { // "** 12 printk messages dropped ** "
    auto rest = line.text;
    if (!take(rest, "** ") || !take_digits(rest, 1, 12) ||
        !take(rest, " printk messages dropped ** "))
        return false;
    line.text = rest;
    return true;
}

// Those that begin with the byte come into question for a line that does; they nest in any order,
// because a log is often a log of a log.
struct Row {
    bool (*begins)(char c);
    Prefix take;
    bool stamps = true; // a program's own time stamp is not the log's
};

constexpr auto is_bracket = [](char c) { return c == '['; };

constexpr auto prefixes = std::to_array<Row>({
    {is_bracket, uptime},
    {is_bracket, caller},
    {[](char c) { return c == '<'; }, level},
    {is_bracket, human_time},
    {[](char c) { return c == '[' || c == ' '; }, vendor_caller},
    {is_digit, iso_time},
    {is_digit, syslog_protocol},
    {is_digit, kmsg_record},
    {is_digit, logcat},
    {is_digit, program_time, false},
    {is_alpha, level_names},
    {is_alpha, syslog},
    {is_alpha, full_time},
    {[](char c) { return is_alpha(c) && c >= 'A' && c <= 'Z'; }, logcat},
    {[](char c) { return c == '*'; }, dropped_messages},
    {[](char c) { return c == '(' || c == ' '; }, cpu_and_caller},
    {is_alpha, short_monotonic},
    {is_digit, unix_time},
    {is_digit, short_monotonic},
});

// For each byte the rows that begin with it, a bit for each.
constexpr auto rows_of = [] {
    std::array<std::uint32_t, 256> result{};
    for (std::size_t byte = 0; byte < result.size(); ++byte)
        for (std::size_t row = 0; row < prefixes.size(); ++row)
            if (prefixes[row].begins(static_cast<char>(byte)))
                result[byte] |= std::uint32_t{1} << row;
    return result;
}();

bool take_prefix(LogLine& line) {
    if (line.text.empty())
        return false;
    for (auto rows = rows_of[static_cast<unsigned char>(line.text.front())]; rows != 0;
         rows &= rows - 1) {
        const auto& row = prefixes[static_cast<std::size_t>(std::countr_zero(rows))];
        if (row.take(line)) {
            line.stamped = line.stamped || row.stamps;
            return true;
        }
    }
    return false;
}

void take_prefixes(LogLine& line) {
    // More than any log has; the bound keeps a line of nothing but prefixes cheap.
    constexpr int most = 8;
    for (int i = 0; i < most && take_prefix(line); ++i)
        ;
}

// What stands behind a '[' that begins a time; most others end the question there.
bool may_begin_time(char c) {
    return is_digit(c) || c == ' ' || c == '+' || c == '<';
}

// A console's line begins with something else when a prompt or half of another line stands there:
// "login: [   12.345678] BUG: …".
void skip_garbage(LogLine& line) {
    const auto whole = line.text;
    for (auto at = whole.find('['); at != std::string_view::npos; at = whole.find('[', at)) {
        at = whole.find_first_not_of('[', at);
        if (at == std::string_view::npos)
            break;
        line.text = whole.substr(at - 1);
        if (may_begin_time(whole[at]) && uptime(line)) {
            line.stamped = true;
            return;
        }
    }
    line.text = whole;
}

bool is_control(char c) {
    return static_cast<unsigned char>(c) < ' ' && c != '\t';
}

std::string_view without_controls(std::string_view raw) {
    while (!raw.empty() && is_control(raw.back()))
        raw.remove_suffix(1);
    for (;;) {
        take_while(raw, is_control);
        // A terminal's colour, "ESC[1;31m": the ESC is gone already.
        auto rest = raw;
        if (!take(rest, "["))
            return raw;
        take_while(rest, [](char c) { return is_digit(c) || c == ';'; });
        if (!take(rest, "m"))
            return raw;
        raw = rest;
    }
}

} // namespace

LogLine parse_line(std::string_view raw) {
    LogLine line{.text = without_controls(raw)};
    take_prefixes(line);
    if (!line.stamped) {
        skip_garbage(line);
        if (line.stamped)
            take_prefixes(line);
    }
    return line;
}

} // namespace error_report
