// SPDX-License-Identifier: MIT
#include "parse/redact.h"

#include "parse/detectors.h"
#include "parse/frame.h"
#include "parse/scan.h"

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <vector>

namespace error_report {
namespace {

using namespace scan;
using std::string_view;

using Names = std::vector<std::string>;

// More than any report names; a forged one is cut short all the same, by its lines.
constexpr std::size_t most_names = 256;

// Lines of values only, by how they begin: what is behind the beginning goes.
constexpr auto values = std::to_array<string_view>(
    {"Hardware name:",
     "Code:",
     "RSP:",
     "RAX:",
     "RBX:",
     "RDX:",
     "RBP:",
     "R08:",
     "R10:",
     "R13:",
     "FS:",
     "CS:",
     "DS:",
     "CR2:",
     "DR0:",
     "DR3:",
     "PKRU:",
     "EAX:",
     "ESI:",
     "ESP:",
     "PGD ",
     "pgd =",
     "pstate:",
     "pstate :",
     "lr :",
     "sp :",
     "raw:",
     "Stack:",
     "psr:",
     "GPR",
     "MSR:",
     "CFAR:",
     "Krnl GPRS:",
     "Krnl Code:",
     "gp :",
     "t0 :",
     "t2 :",
     "s1 :",
     "a1 :",
     "a3 :",
     "Flags:",
     "Control:",
     "Register ",
     "Corrupted memory at"});

// What stands before a task's name, and what behind.
struct Place {
    string_view before;
    string_view after;
    bool with_pid = false; // the name's "/PID" is before the last after
};

constexpr auto places = std::to_array<Place>({
    {"Comm: ", " Not tainted"},
    {"Comm: ", " Tainted: "},
    {"Comm:", " Pid:"},
    {", comm: ", " Not tainted"},
    {", comm: ", " Tainted: "},
    {", name: ", ""},
    {"comm=\"", "\" exe"},
    {"owned by task ", ":"},
    {",n=", "}"},
    {"by task ", "/"},
    {"comm \"", "\", pid"},
    {"task:", " state:"},
    {"INFO: task ", ":"},
    {"held by ", "/"},
    {"Process ", " (pid:"},
    {"BUG: scheduling while atomic: ", "/", true},
    {"BUG: workqueue leaked lock or atomic: ", "/", true},
    {"BUG: workqueue leaked atomic, lock or RCU: ", "["},
    {"code: ", "/"},
    {"in process ", "  pfn"},
    {"in process ", "  pte"},
    {"owner: ", "/"},
    {" (", "), ts "},
});

// lockdep and others name a task at the line's beginning: "comm/pid is trying to acquire lock:".
constexpr auto deeds = std::to_array<string_view>(
    {" is trying to ", " is leaving the kernel", " is freeing memory", " just changed the state",
     " still has locks held", "] takes:", " R  running task", ": page allocation failure",
     ": vmalloc error", " is/was "});

void add(Names& names, string_view name) {
    constexpr string_view kdump = " Kdump: loaded";
    if (name.ends_with(kdump))
        name.remove_suffix(kdump.size());
    name = trim(name);
    if (!name.empty() && name != redacted && names.size() < most_names &&
        std::ranges::find(names, name) == names.end())
        names.emplace_back(name);
}

// "comm/pid", and a comm may have a slash.
string_view before_pid(string_view text) {
    const auto slash = text.rfind('/');
    const auto pid = slash == string_view::npos ? string_view() : text.substr(slash + 1);
    return !pid.empty() && std::ranges::all_of(pid, is_digit) ? text.substr(0, slash) : text;
}

// Up to the last after in a word's reach, because a name may hold it too: "kworker/0:1/42".
std::optional<string_view> name_at(string_view line, const Place& place) {
    const auto begin = line.find(place.before);
    if (begin == string_view::npos)
        return std::nullopt;
    auto rest = line.substr(begin + place.before.size());
    constexpr std::size_t longest = 64; // TASK_COMM_LEN and a work queue's name
    rest = rest.substr(0, longest);
    const auto end = rest.rfind(place.after);
    if (end == string_view::npos)
        return std::nullopt;
    return rest.substr(0, end);
}

// "CPU#1: comm/pid" of Linux 7, "on CPU#1, comm/pid" of a spinlock, "[comm:pid]" of a soft lockup,
// "in comm:pid has bad 'bp' value" of the unwinder.
void add_of_headline(Names& names, string_view line) {
    if (const auto at = line.rfind(" on CPU#"); at != string_view::npos)
        if (const auto comma = line.find(", ", at); comma != string_view::npos)
            add(names, before_pid(line.substr(comma + 2)));
    if (const auto name = between(line, " in ", " has bad "))
        add(names, name->substr(0, name->rfind(':')));
    if (const auto at = line.rfind(", CPU#"); at != string_view::npos)
        if (const auto colon = line.find(": ", at); colon != string_view::npos)
            add(names, before_pid(line.substr(colon + 2)));
    if (const auto at = line.find("stuck for "); at != string_view::npos)
        if (auto name = between(line.substr(at), "[", "]"))
            add(names, name->substr(0, name->rfind(':')));
}

void add_of_line(Names& names, string_view line) {
    for (const auto& place : places)
        if (const auto name = name_at(line, place))
            add(names, place.with_pid ? before_pid(*name) : *name);
    for (const auto deed : deeds)
        if (const auto at = line.find(deed); at != string_view::npos) {
            auto subject = line.substr(0, at);
            subject = subject.substr(0, subject.find(" [HC"));
            for (const string_view front : {"[ ", "BUG: ", "WARNING: "})
                take(subject, front);
            add(names, before_pid(subject));
        }
    add_of_headline(names, line);
}

Names names_of(string_view text) {
    Names names;
    while (!text.empty())
        add_of_line(names, take_until(text, '\n'));
    // A name that is a part of another must not break that first.
    std::ranges::sort(names, std::ranges::greater{}, [](const auto& name) { return name.size(); });
    return names;
}

bool stands_alone(string_view text, std::size_t at, std::size_t size) {
    const bool before = at == 0 || !is_word(text[at - 1]);
    const bool behind = at + size == text.size() || !is_word(text[at + size]);
    return before && behind;
}

// Behind these, or alone in its line as a frame, even the shortest number is an address.
constexpr auto before_address =
    std::to_array<string_view>({" at ", " addr ", "address ", "address: "});

bool stands_for_address(string_view before, bool first) {
    return first ||
           std::ranges::any_of(before_address, [&](auto words) { return before.ends_with(words); });
}

constexpr std::size_t whole_number = 16; // 64 bits, taken out wherever they stand

// Where a number is one of those that are taken out: an address, or a part of raw memory.
bool is_address(string_view digits, bool short_too, bool prefixed, bool alone) {
    const std::size_t least = short_too ? 1 : 6;
    const bool number = prefixed || digits.find_first_of("0123456789") != string_view::npos;
    return digits.size() >= whole_number || (alone && number && digits.size() >= least);
}

// "[<ffffffff81234567>] ", powerpc's "[c000000001bb3530] " go as a whole: what is left reads as a
// newer kernel's line.
bool take_bracketed(string_view& text) {
    constexpr std::size_t least = 8;
    auto rest = text;
    if (!take(rest, "["))
        return false;
    const bool angled = take(rest, "<");
    const auto digits = take_while(rest, is_hex);
    if (digits.size() < (angled ? 1 : least) || (angled && !take(rest, ">")) || !take(rest, "]"))
        return false;
    take(rest, " ");
    text = rest;
    return true;
}

string_view take_digits_of_one_case(string_view& text) {
    const auto lower =
        take_while(text, [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
    if (!lower.empty())
        return lower;
    return take_while(text, [](char c) { return is_digit(c) || (c >= 'A' && c <= 'F'); });
}

// In one case if that is a whole number: old kernels glue "Call Trace:" to one.
string_view take_hex_digits(string_view& text) {
    auto rest = text;
    const auto all = take_while(rest, is_hex);
    const auto digits = take_digits_of_one_case(text);
    if (digits.size() >= whole_number || all.size() < whole_number)
        return digits;
    text = rest;
    return all;
}

std::string without_addresses(string_view line) {
    const auto indent = std::min(line.find_first_not_of(' '), line.size());
    std::string result;
    while (!line.empty()) {
        if (take_bracketed(line)) {
            // What it stood between is not one word now.
            if (!result.empty() && is_word(result.back()))
                result += ' ';
            continue;
        }
        auto rest = line;
        const char before = result.empty() ? ' ' : result.back();
        const bool prefixed = take(rest, "0x");
        const auto digits = take_hex_digits(rest);
        const bool in_word = is_word(before) || (!rest.empty() && is_word(rest.front()));
        // "+0x308828/0x345288" is a place in a function.
        const bool offset = prefixed && (before == '+' || before == '/');
        const bool short_too = prefixed && stands_for_address(result, result.size() <= indent);
        if (!digits.empty() && is_address(digits, short_too, prefixed, !in_word && !offset)) {
            result += "ADDR";
            line = rest;
            continue;
        }
        // Not from the middle of the same digits again.
        const auto size = std::max<std::size_t>(line.size() - rest.size(), 1);
        result += line.substr(0, size);
        line.remove_prefix(size);
    }
    return result;
}

// How much of the line is a dump of memory: "ffff88: fa fb fb …", "7d20: ffffffc055663000 …",
// "  df 82 95 86  ....". Behind words of a stack an old kernel may go on with its own; behind bytes
// are their characters.
std::size_t raw_memory(string_view line) {
    const auto whole = line.size();
    take(line, ">");
    skip_spaces(line);
    for (const string_view part : {"Object ", "Redzone ", "Padding ", "Bytes b4 "}) // SLUB's
        take(line, part);
    skip_spaces(line);
    constexpr std::size_t least = 4;
    std::size_t numbers = 0;
    bool bytes = true;
    auto rest = line;
    for (; !rest.empty(); skip_spaces(rest)) {
        const auto word = take_while(rest, [](char c) { return c != ' '; });
        const auto digits = word.substr(0, word.size() - (word.ends_with(':') ? 1 : 0));
        const bool hidden = digits.find_first_not_of('*') == string_view::npos;
        if (digits.empty() || !(hidden || std::ranges::all_of(digits, is_hex)))
            break;
        bytes = numbers++ == 0 || (bytes && digits.size() == 2);
        line = rest;
    }
    if (numbers < least)
        return 0;
    return bytes ? whole : whole - line.size();
}

// "x29: ffff0000401f7c40 x28: …", "r10: 00000043  r9 : …"
bool is_arm_registers(string_view line) {
    skip_spaces(line);
    if (!(take(line, "x") || take(line, "r")) || take_while(line, is_digit).empty())
        return false;
    skip_spaces(line);
    return take(line, ":");
}

std::optional<string_view> value_label(string_view line) {
    skip_spaces(line);
    for (const auto value : values)
        if (line.starts_with(value))
            return value;
    return std::nullopt;
}

constexpr auto before_name = std::to_array<string_view>({"process ", "Comm:", ",n="});

// In a headline a name must be known by what follows: "rcu_sched" is a task and a kind of RCU.
bool names_task(string_view line, string_view name, std::size_t at) {
    const auto behind = line.substr(at + name.size());
    return behind.starts_with('/') || behind.starts_with(':') || behind.starts_with('[') ||
           std::ranges::any_of(
               before_name, [&](auto w) { return line.substr(0, at).ends_with(w); });
}

std::string without_name(string_view line, string_view name, bool headline) {
    std::string result;
    std::size_t done = 0;
    for (auto at = line.find(name); at != string_view::npos; at = line.find(name, done)) {
        const bool taken =
            stands_alone(line, at, name.size()) && (!headline || names_task(line, name, at));
        result += line.substr(done, at - done);
        result += taken ? redacted : name;
        done = at + name.size();
    }
    result += line.substr(done);
    return result;
}

std::string redact_line(string_view line, const Names& names) {
    std::string result;
    if (const auto raw = raw_memory(line); raw > 0) {
        result = redacted;
        line.remove_prefix(raw);
        result += line.empty() ? "" : " ";
    }
    if (is_arm_registers(line))
        return std::string(redacted);
    if (const auto label = value_label(line))
        return result + std::string(trim(*label)) + ' ' + std::string(redacted);
    auto text = without_addresses(line);
    // A function may be called as a task is.
    if (!parse_frame(text)) {
        const bool headline = find_headline(text).has_value();
        for (const auto& name : names)
            text = without_name(text, name, headline);
    }
    return result + text;
}

} // namespace

std::string redact_text(string_view text) {
    const auto names = names_of(text);
    std::string result;
    bool first = true;
    for (bool more = true; more;) {
        more = text.find('\n') != string_view::npos;
        const auto line = take_until(text, '\n');
        if (!first)
            result += '\n';
        first = false;
        result += redact_line(line, names);
    }
    return result;
}

void redact(FoundReport& found) {
    const auto at = found.headline ? found.headline->at : 0;
    const auto line = std::ranges::count(string_view(found.text).substr(0, at), '\n');
    found.text = redact_text(found.text);
    if (!found.headline)
        return;
    auto rest = string_view(found.text);
    for (auto i = line; i > 0; --i)
        take_until(rest, '\n');
    const auto begin = found.text.size() - rest.size();
    found.headline = find_headline(take_until(rest, '\n'));
    if (found.headline)
        found.headline->at += begin;
}

void redact(Report& report) {
    report.text = redact_text(report.text);
    report.comm = redacted;
    report.id.reset();
}

} // namespace error_report
