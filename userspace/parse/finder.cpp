// SPDX-License-Identifier: MIT
#include "parse/finder.h"

#include "parse/scan.h"

#include <algorithm>
#include <array>

namespace error_report {
namespace {

using namespace scan;
using std::string_view;

// So many lines of one caller that look like no report's end a report that has no footer.
constexpr unsigned most_strange = 50;
// So many lines behind the headline belong to it, whatever they look like.
constexpr unsigned sure_lines = 2;
// A caller that printed nothing for so many lines of the log prints no more of its report.
constexpr std::uint64_t silence = 4096;
// Those of a block before its headline.
constexpr unsigned most_block_lines = 16;
constexpr std::size_t most_block_bytes = 2048;
constexpr std::size_t most_blocks = 32;

// A terminal's: ESC, '[', numbers, a letter.
std::string without_colours(string_view raw) {
    std::string result;
    while (!raw.empty()) {
        const auto escape = raw.find('\x1b');
        result += take_until(raw, '\x1b');
        if (escape != string_view::npos && take(raw, "[")) {
            take_while(raw, [](char c) { return is_digit(c) || c == ';'; });
            raw.remove_prefix(std::min<std::size_t>(raw.size(), 1));
        }
    }
    return result;
}

// The first words of another kernel: what the one before did not print to its end has none.
bool is_boot(string_view text) {
    return text.starts_with("Linux version ") || text.starts_with("Booting Linux on ");
}

bool is_equals(string_view text) {
    constexpr std::size_t least = 20;
    return text.size() >= least && text.starts_with("====") &&
           text.find_first_not_of('=') == string_view::npos;
}

bool is_cut_here(string_view text) {
    return text.starts_with("------------[ cut here ]") || text.starts_with("8<--- cut here ---");
}

bool is_end(string_view text) {
    return text.starts_with("---[ end ");
}

bool is_dashes(string_view text) {
    constexpr std::size_t least = 20;
    return text.size() >= least && text.find_first_not_of('-') == string_view::npos;
}

bool begins_stack(string_view text) {
    return text.starts_with("Call ") || text.starts_with("Backtrace:");
}

// How the lines of a report begin that are neither indented nor hold an address.
constexpr auto beginnings = std::to_array<string_view>({
    "Call ",
    "Backtrace",
    "CPU:",
    "Hardware name",
    "Workqueue:",
    "Modules linked",
    "RIP:",
    "RSP:",
    "RAX:",
    "RBP:",
    "RDX:",
    "R10:",
    "R13:",
    "FS:",
    "CS:",
    "CR2:",
    "DR0:",
    "DR3:",
    "PKRU:",
    "Code:",
    "PGD ",
    "Oops",
    "pstate:",
    "pc :",
    "lr :",
    "sp :",
    "x",
    "Read ",
    "Write ",
    "The buggy",
    "which ",
    "Allocated",
    "Freed",
    "Memory state",
    ">",
    "page:",
    "page ",
    "flags:",
    "raw:",
    "Tainted:",
    "irq event",
    "hardirqs ",
    "softirqs ",
    "Kernel ",
    "Dumping",
    "but ",
    "other info",
    "stack backtrace",
    "rcu: ",
    "NMI ",
    "task",
    "-> #",
    "the existing",
    "Register ",
    "Stack:",
    "Process ",
    "Exception",
    "Flags:",
    "Control:",
    "LR is",
    "PC is",
    "NIP",
    "LR ",
    "MSR",
    "GPR",
});

constexpr auto first_bytes = first_bytes_of(beginnings);

bool begins_as_known(string_view text) {
    return first_bytes[static_cast<unsigned char>(text.front())] &&
           std::ranges::any_of(beginnings, [&](string_view b) { return begins(text, b); });
}

// Raw memory and old registers: "fea0: 9eaea800 …", "beac  ******** …".
bool looks_raw(string_view text) {
    constexpr std::size_t least = 4;
    return take_while(text, is_hex).size() >= least &&
           (text.empty() || text.front() == ' ' || text.front() == ':');
}

bool looks_known(string_view text) {
    return looks_raw(text) || text.empty() || is_space(text.front()) || text.starts_with("[<") ||
           begins_as_known(text) || contains(text, "+0x") || contains(text, "task ");
}

template <class T>
bool same_caller(const T& one, const LogLine& line) {
    return one.stamped == line.stamped && one.caller == line.caller;
}

bool is_open_of(const auto& open, const LogLine& line) {
    return !open.ended && same_caller(open, line);
}

} // namespace

void ReportFinder::count_line() {
    ++number_;
    if (number_ % silence == 0)
        end_silent();
}

void ReportFinder::whole_line(const LogLine& line) {
    count_line();
    one(line);
}

void ReportFinder::line(string_view raw) {
    count_line();
    if (raw.find('\x1b') != string_view::npos) {
        plain_ = without_colours(raw);
        raw = plain_;
    }
    auto line = parse_line(raw);
    join(raw, line);
    if (!line.foreign)
        split(line);
}

// dmesg and journalctl print a record of several lines with one stamp, and indent the others by
// its width.
void ReportFinder::join(string_view raw, LogLine& line) {
    if (line.stamped) {
        last_caller_ = line.caller;
        last_stamp_ = static_cast<std::size_t>(line.text.data() - raw.data());
        foreign_ = line.foreign;
    } else if (
        last_stamp_ > 0 && raw.size() > last_stamp_ && raw.find_first_not_of(' ') >= last_stamp_) {
        line = {.text = line.text.substr(last_stamp_), .caller = last_caller_, .stamped = true};
        line.foreign = foreign_;
    } else {
        last_stamp_ = 0;
    }
}

// /dev/kmsg and syslog daemons escape the ends of lines inside of a record.
void ReportFinder::split(LogLine line) {
    auto rest = line.text;
    for (bool first = true, more = true; more; first = false) {
        const auto end = line.newline.empty() ? string_view::npos : rest.find(line.newline);
        more = end != string_view::npos;
        line.text = rest.substr(0, end);
        // rsyslog leaves a "#012" of the text as it is, so it may be of a device's name.
        if (first || line.newline != syslog_newline)
            one(line);
        else
            rest_of_record(line);
        rest.remove_prefix(more ? end + line.newline.size() : rest.size());
    }
}

void ReportFinder::one(const LogLine& line) {
    if (is_boot(line.text))
        end_all();
    stamps_ = stamps_ || line.stamped;
    running_ = (running_ || line.stamped) && !line.text.starts_with("reboot: ");
    if (!separator(line) && !headline(line))
        body(line);
    deliver();
}

void ReportFinder::rest_of_record(const LogLine& line) {
    body(line);
    deliver();
}

void ReportFinder::finish() {
    end_all();
    deliver();
}

void ReportFinder::end_all() {
    for (auto& open : open_)
        open.ended = true;
}

bool ReportFinder::separator(const LogLine& line) {
    if (line.text.empty())
        return false;
    const char first = line.text.front();
    if (first != '=' && first != '-' && first != '8')
        return false;
    if (is_end(line.text)) {
        end_open(line);
        return true;
    }
    if (is_dashes(line.text))
        return true;
    if (is_equals(line.text)) {
        end_open(line);
        return true;
    }
    if (!is_cut_here(line.text))
        return false;
    // Rust's panic prints its words before the BUG() that it ends in.
    if (const auto* open = find_open(line); open != nullptr && open->has_stack)
        end_open(line);
    open_block(line);
    return true;
}

bool ReportFinder::headline(const LogLine& line) {
    const auto found = find_headline(line.text);
    if (!found)
        return false;
    const auto& row = detectors()[found->row];
    const auto* open = find_open(line);
    if (row.opening == Opening::unless_seen && seen_)
        return false;
    if (row.opening == Opening::if_running && !running_)
        return false;
    if (row.opening == Opening::if_stamped && stamps_ && !line.stamped)
        return false;
    if (row.opening == Opening::unless_open && open != nullptr)
        return false;
    if (row.opening == Opening::unless_begun && open != nullptr && !open->has_stack)
        return false;
    begin(line, *found);
    return true;
}

void ReportFinder::begin(const LogLine& line, Headline headline) {
    end_begun(line);
    auto& open = open_.emplace_back();
    auto block = take_block(line);
    open.found.first_line = block.lines > 0 ? block.first_line : number_;
    open.found.text = std::move(block.text);
    open.caller = line.caller;
    open.stamped = line.stamped;
    open.awaits_stack = detectors()[headline.row].where.sources.front() != Clue::none;
    seen_ = true;
    headline.at += open.found.text.size() + (open.found.text.empty() ? 0 : 1);
    open.found.headline = headline;
    add(open, line.text);
    if (open_.size() > most_open)
        open_.front().ended = true;
}

void ReportFinder::body(const LogLine& line) {
    message(line);
    bool taken = false;
    for (auto& open : open_)
        if (is_open_of(open, line)) {
            body(line, open);
            taken = true;
        }
    if (taken || !line.caller.starts_with('C'))
        return;
    for (auto& open : open_)
        if (!open.ended && open.all_cpus)
            return body(line, open);
}

void ReportFinder::body(const LogLine& line, Open& open) const {
    if (begins_stack(line.text))
        open.has_stack = true;
    if (line.text.starts_with("Sending NMI "))
        open.all_cpus = true;
    const bool known = open.lines++ < sure_lines || looks_known(line.text);
    open.strange = known ? 0 : open.strange + 1;
    if (open.strange > most_strange)
        open.ended = true;
    else
        add(open, line.text);
}

void ReportFinder::add(Open& open, string_view text) const {
    open.seen_line = number_;
    auto& found = open.found;
    if (found.truncated || found.text.size() + text.size() >= longest_report) {
        found.truncated = true;
        return;
    }
    if (!found.text.empty())
        found.text += '\n';
    found.text += text;
    // Blank lines at the end are nobody's.
    if (open.strange == 0 && !trim(text).empty()) {
        open.known_bytes = found.text.size();
        found.last_line = number_;
    }
}

void ReportFinder::message(const LogLine& line) {
    const auto block = std::ranges::find_if(
        blocks_, [&](const Block& candidate) { return same_caller(candidate, line); });
    if (block == blocks_.end())
        return;
    if (block->lines == most_block_lines ||
        block->text.size() + line.text.size() > most_block_bytes) {
        blocks_.erase(block);
        return;
    }
    if (block->lines++ == 0)
        block->first_line = number_;
    else
        block->text += '\n';
    block->text += line.text;
}

void ReportFinder::end_open(const LogLine& line) {
    for (auto& open : open_)
        open.ended = open.ended || is_open_of(open, line);
}

// A WARN() in the middle of a report, before its stack: both get what follows.
void ReportFinder::end_begun(const LogLine& line) {
    for (auto& open : open_) {
        const bool nests = open.awaits_stack && !open.has_stack && !open.caller.empty();
        open.ended = open.ended || (is_open_of(open, line) && !nests);
    }
}

void ReportFinder::open_block(const LogLine& line) {
    take_block(line);
    if (blocks_.size() == most_blocks)
        blocks_.pop_front();
    blocks_.push_back(
        {.caller = std::string(line.caller), .stamped = line.stamped, .text = {}, .first_line = 0});
}

ReportFinder::Block ReportFinder::take_block(const LogLine& line) {
    const auto found =
        std::ranges::find_if(blocks_, [&](const Block& block) { return same_caller(block, line); });
    if (found == blocks_.end())
        return {};
    auto block = std::move(*found);
    blocks_.erase(found);
    return block;
}

ReportFinder::Open* ReportFinder::find_open(const LogLine& line) {
    const auto found = std::find_if(
        open_.rbegin(), open_.rend(), [&](const Open& open) { return is_open_of(open, line); });
    return found == open_.rend() ? nullptr : &*found;
}

void ReportFinder::end_silent() {
    for (auto& open : open_)
        open.ended = open.ended || number_ - open.seen_line > silence;
}

// In the order of their headlines: one that has ended waits for those that began before it.
void ReportFinder::deliver() {
    while (!open_.empty() && open_.front().ended) {
        auto& open = open_.front();
        open.found.text.resize(open.known_bytes);
        take_(open.found);
        open_.pop_front();
    }
}

} // namespace error_report
