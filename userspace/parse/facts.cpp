// SPDX-License-Identifier: MIT
#include "parse/facts.h"

#include "parse/frame.h"
#include "parse/scan.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

namespace error_report {
namespace {

using namespace scan;
using std::string_view;

void set(std::string& field, string_view value) {
    if (field.empty())
        field = trim(value).substr(0, longest_part);
}

template <class T>
T& some(std::optional<T>& field) {
    if (!field)
        field.emplace();
    return *field;
}

template <class T>
void set(std::optional<T>& field, std::optional<T> value) {
    if (!field)
        field = value;
}

// "by task syz-executor/4057", "by task syz-executor/4057 on cpu 1"
void add_by_task(string_view text, ParsedReport& report) {
    constexpr string_view by = "by task ";
    const auto at = text.find(by);
    if (at == string_view::npos)
        return;
    text.remove_prefix(at + by.size());
    const auto slash = text.rfind('/');
    if (slash == string_view::npos || report.task)
        return;
    auto pid = text.substr(slash + 1);
    const auto number = take_number(pid);
    if (!number)
        return;
    auto& task = some(report.task);
    set(task.comm, text.substr(0, slash));
    task.pid = number;
}

// " size 8 at addr ffff888012345678 by task …", " addr f5ff00000123 by task …"
void add_access(string_view kind, string_view text, ParsedReport& report) {
    auto& access = some(report.access);
    set(access.kind, kind);
    if (take(text, " size ")) {
        set(access.size, take_number(text));
        take(text, " at");
    }
    if (take(text, " addr "))
        set(access.address, take_hex(text));
    add_by_task(text, report);
}

// "[f5]"
void take_tag(string_view& text, std::string& tag) {
    constexpr std::size_t digits = 2;
    auto rest = text;
    if (!take(rest, "["))
        return;
    const auto value =
        take_while(rest, [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
    if (value.size() != digits || !take(rest, "]"))
        return;
    set(tag, value);
    text = rest;
}

void add_read(string_view text, ParsedReport& report) {
    add_access("read", text, report);
}

void add_write(string_view text, ParsedReport& report) {
    add_access("write", text, report);
}

// "Pointer tag: [f5], memory tag: [fe]"
void add_tags(string_view text, ParsedReport& report) {
    auto& access = some(report.access);
    take_tag(text, access.pointer_tag);
    if (take(text, ", memory tag: "))
        take_tag(text, access.memory_tag);
}

// arm64: "  CM = 0, WnR = 1, TnD = 0, TagAccess = 0"
void add_data_abort(string_view text, ParsedReport& report) {
    if (contains(text, "WnR = 1"))
        set(some(report.access).kind, "write");
    else if (contains(text, "WnR = 0"))
        set(some(report.access).kind, "read");
}

// KFENCE: "0xffff88823bc8cf68 (in kfence-#69):"
void add_address(string_view kind, string_view text, ParsedReport& report) {
    auto& access = some(report.access);
    set(access.kind, kind);
    set(access.address, take_hex(text));
}

void add_read_at(string_view text, ParsedReport& report) {
    add_address("read", text, report);
}

void add_write_at(string_view text, ParsedReport& report) {
    add_address("write", text, report);
}

void add_free_of(string_view text, ParsedReport& report) {
    add_address("free", text, report);
}

void add_corrupted(string_view text, ParsedReport& report) {
    add_address("", text, report);
}

// KCSAN: "0xffff933db8a2ae6c of 1 bytes by interrupt on cpu 0:"
void add_race(string_view kind, string_view text, ParsedReport& report) {
    if (report.access)
        return;
    add_address(kind, text, report);
    take_hex(text);
    if (take(text, " of "))
        set(report.access->size, take_number(text));
}

void add_racing_read(string_view text, ParsedReport& report) {
    add_race("read", text, report);
}

void add_racing_write(string_view text, ParsedReport& report) {
    add_race("write", text, report);
}

// "Tainted: G    B   W          5.11.0-rc2+ #1" behind "CPU: 1 PID: 2 Comm: x "
void add_release(string_view text, ParsedReport& report) {
    const auto whole = text;
    while (!text.empty()) {
        skip_spaces(text);
        const auto before = whole.size() - text.size();
        const auto word = take_while(text, [](char c) { return c != ' '; });
        if (!word.empty() && is_digit(word.front()) && contains(word, '.')) {
            set(report.taint, whole.substr(0, before));
            set(report.kernel, word);
            skip_spaces(text);
            if (text.starts_with('#'))
                set(report.build, take_while(text, [](char c) { return c != ' '; }));
            return;
        }
    }
}

// Behind "Not tainted ": "4.4.132+ #53"
void add_not_tainted(string_view text, ParsedReport& report) {
    set(report.taint, "Not tainted");
    add_release(text, report);
}

// A task's name may hold anything, also " PID: "; what stands around it may not.
void add_cpu(string_view text, ParsedReport& report) {
    Task task;
    task.cpu = take_number(text);
    if (take(text, " UID: "))
        take_number(text);
    if (!take(text, " PID: "))
        return;
    task.pid = take_number(text);
    if (!take(text, " Comm: "))
        return;
    const auto taint = std::min(find_last(text, " Tainted: "), find_last(text, " Not tainted "));
    const auto end = std::min(taint, find_last(text, " Kdump: loaded "));
    task.comm = text.substr(0, std::min(end, longest_part));
    // A hung task's report goes on with that of a CPU which has nothing to do with it.
    if (!report.task || (!report.task->cpu && report.task->pid == task.pid))
        report.task = task;
    if (taint != string_view::npos)
        add_fact(text.substr(taint + 1), report);
}

void add_hardware(string_view text, ParsedReport& report) {
    set(report.hardware, text);
}

void add_workqueue(string_view text, ParsedReport& report) {
    set(report.workqueue, text);
}

// "name(OE) name 0123abcd(E)…", "[last unloaded: name]"
void add_modules(string_view text, ParsedReport& report) {
    for (skip_spaces(text); !text.empty() && !text.starts_with('['); skip_spaces(text)) {
        Module module;
        auto word = take_while(text, [](char c) { return c != ' '; });
        module.name = take_while(word, [](char c) { return is_word(c) || c == '-'; });
        if (take(word, "("))
            module.flags = take_until(word, ')');
        if (take(word, ":"))
            module.build_id = take_while(word, is_hex);
        if (report.modules.size() == most_modules || module.name.empty() ||
            module.name.size() > longest_part)
            return;
        report.modules.push_back(std::move(module));
    }
}

void add_instruction(string_view text, ParsedReport& report) {
    // "0010:func+0x1/0x2", "0010:[<ffffffff81234567>]  [<ffffffff81234567>] func+0x1/0x2"
    auto rest = text;
    if (take_number(rest) && take(rest, ":"))
        text = rest;
    const auto line = parse_frame(text);
    if (!line || line->frame.at.function.empty())
        return;
    auto& at = some(report.location);
    if (!at.function.empty())
        return;
    auto found = location_of(line->frame.at);
    if (found.file.empty()) {
        found.file = at.file;
        found.line = at.line;
    }
    at = std::move(found);
}

void add_object_start(string_view text, ParsedReport& report) {
    set(some(report.object).start, take_hex(text));
}

void add_cache(string_view text, ParsedReport& report) {
    auto& object = some(report.object);
    set(object.cache, take_while(text, [](char c) { return c != ' '; }));
    if (take(text, " of size "))
        set(object.size, take_number(text));
}

void add_region(string_view text, ParsedReport& report) {
    // Up to the addresses: "located 8 bytes inside of freed 96-byte region [ffff…"
    set(some(report.object).region, text.substr(0, text.find('[')));
    add_by_task(text, report);
}

// It goes on in the next line, with a state since Linux 6.2: " freed 192-byte region [ffff…"
void add_rest_of_region(string_view state, string_view text, ParsedReport& report) {
    constexpr string_view end = " of";
    if (report.object && report.object->region.ends_with(end) && contains(text, "-byte region"))
        report.object->region += fmt::format(" {}{}", state, trim(text.substr(0, text.find('['))));
}

void add_freed_region(string_view text, ParsedReport& report) {
    add_rest_of_region("freed ", text, report);
}

void add_allocated_region(string_view text, ParsedReport& report) {
    add_rest_of_region("allocated ", text, report);
}

// KFENCE: "kfence-#69: 0xffff…-0xffff…, size=424, cache=kmalloc-512", older in brackets
void add_kfence_object(string_view text, ParsedReport& report) {
    auto& object = some(report.object);
    if (const auto at = text.find("0x"); at != string_view::npos) {
        auto address = text.substr(at);
        set(object.start, take_hex(address));
    }
    if (auto size = between(text, "size=", ","))
        set(object.size, take_number(*size));
    if (const auto at = text.find("cache="); at != string_view::npos) {
        auto cache = text.substr(at + string_view("cache=").size());
        set(object.cache, take_while(cache, [](char c) { return c != ']' && c != ' '; }));
    }
}

// kmemleak: "0xffff8882d78c9ea0 (size 96):"
void add_leaked_object(string_view text, ParsedReport& report) {
    auto& object = some(report.object);
    set(object.start, take_hex(text));
    if (take(text, " (size "))
        set(object.size, take_number(text));
}

// kmemleak: "comm "syz.0.23", pid 5988, jiffies 4294941388"
void add_leaking_task(string_view text, ParsedReport& report) {
    const auto comm = between(text, "\"", "\", pid ");
    if (!comm || report.task)
        return;
    text = text.substr(text.find("\", pid ") + string_view("\", pid ").size());
    auto& task = some(report.task);
    set(task.comm, *comm);
    task.pid = take_number(text);
}

// "#PF: supervisor write access in kernel mode"
void add_page_fault(string_view text, ParsedReport& report) {
    if (contains(text, "write access"))
        set(some(report.access).kind, "write");
    else if (contains(text, "read access"))
        set(some(report.access).kind, "read");
}

// How a line begins, without the spaces before it, and what it says.
struct Fact {
    string_view begin;
    void (*add)(string_view rest, ParsedReport& report);
};

constexpr auto facts = std::to_array<Fact>({
    {"CPU: ", add_cpu},
    {"Hardware name: ", add_hardware},
    {"Workqueue: ", add_workqueue},
    {"Modules linked in:", add_modules},
    {"RIP: ", add_instruction},
    {"IP: ", add_instruction},
    {"pc : ", add_instruction},
    {"PC is at ", add_instruction},
    {"epc : ", add_instruction},
    {"NIP ", add_instruction},
    {"Read of", add_read},
    {"Read at", add_read},
    {"Write of", add_write},
    {"Write at", add_write},
    {"Pointer tag: ", add_tags},
    {"CM = ", add_data_abort},
    {"The buggy address belongs to the object at ", add_object_start},
    {"which belongs to the cache ", add_cache},
    {"The buggy address is ", add_region},
    {"freed ", add_freed_region},
    {"allocated ", add_allocated_region},
    {"Use-after-free read at ", add_read_at},
    {"Use-after-free write at ", add_write_at},
    {"Out-of-bounds read at ", add_read_at},
    {"Out-of-bounds write at ", add_write_at},
    {"Invalid read at ", add_read_at},
    {"Invalid write at ", add_write_at},
    {"Invalid free of ", add_free_of},
    {"Corrupted memory at ", add_corrupted},
    {"kfence-#", add_kfence_object},
    {"read to ", add_racing_read},
    {"read (marked) to ", add_racing_read},
    {"write to ", add_racing_write},
    {"write (marked) to ", add_racing_write},
    {"read-write to ", add_racing_write},
    {"race at unknown origin, with read to ", add_racing_read},
    {"race at unknown origin, with write to ", add_racing_write},
    {"unreferenced object ", add_leaked_object},
    {"comm ", add_leaking_task},
    {"#PF: supervisor ", add_page_fault},
    {"Tainted: ", add_release},
    {"Not tainted ", add_not_tainted},
});

constexpr auto first_bytes = first_bytes_of(facts, &Fact::begin);

// "mm/slub.c:123", "mm/slub.c:123!"
bool take_file(string_view& text, LocationText& at) {
    auto rest = text;
    const auto file =
        take_while(rest, [](char c) { return is_word(c) || c == '/' || c == '.' || c == '-'; });
    if (!contains(file, '.') || !take(rest, ":"))
        return false;
    at.file = file;
    at.line = take_number(rest);
    take_while(rest, [](char c) { return c != ' '; });
    text = rest;
    return true;
}

// With CONFIG_DEBUG_BUGVERBOSE_DETAILED "[count > 7] mm/slub.c:123"; a condition may hold anything.
bool take_file_behind_condition(string_view& text, LocationText& at) {
    if (!text.starts_with('['))
        return take_file(text, at);
    constexpr string_view end = "] ";
    auto rest = text;
    for (auto found = find(rest, end); found != string_view::npos; found = find(rest, end)) {
        rest.remove_prefix(found + end.size());
        if (!take_file(rest, at))
            continue;
        text = rest;
        return true;
    }
    return false;
}

void add_place(string_view text, ParsedReport& report) {
    LocationText file;
    if (take_file_behind_condition(text, file))
        take(text, " at"); // 7.x: "WARNING: FILE:LINE at FUNCTION+0x1/0x2, CPU#0: COMM/PID"
    skip_spaces(text);
    const auto function = parse_location(text);
    if (!function && file.file.empty())
        return;
    auto at = function.value_or(LocationText());
    at.file = file.file;
    at.line = file.line;
    report.location = location_of(at);
}

// ", CPU#0: COMM/PID"
void add_cpu_of_headline(string_view text, ParsedReport& report) {
    const auto at = contains(text, '#') ? find_last(text, ", CPU#") : string_view::npos;
    if (at == string_view::npos)
        return;
    text.remove_prefix(at + string_view(", CPU#").size());
    const auto cpu = take_number(text);
    const auto slash = text.rfind('/');
    if (!cpu || !take(text, ": ") || slash == string_view::npos)
        return;
    auto& task = some(report.task);
    task.cpu = cpu;
    set(task.comm, text.substr(0, text.rfind('/')));
    text.remove_prefix(text.rfind('/') + 1);
    task.pid = take_number(text);
}

void add_task(string_view comm, string_view pid, ParsedReport& report) {
    const auto number = take_number(pid);
    if (!number || report.task)
        return;
    auto& task = some(report.task);
    set(task.comm, comm);
    task.pid = number;
}

// "INFO: task COMM:PID blocked for more than …", "BUG: soft lockup - CPU#0 stuck for 22s!
// [COMM:PID]"; a task's name may have a colon.
void add_task_of_headline(string_view text, ParsedReport& report) {
    if (take(text, "INFO: task ")) {
        const auto end = std::min(text.find(" blocked"), text.find(" can't die"));
        text = text.substr(0, end);
    } else if (contains(text, '[') && contains(text, " stuck for ")) {
        text = between(text, " [", "]").value_or("");
    } else {
        return;
    }
    if (const auto colon = text.rfind(':'); colon != string_view::npos)
        add_task(text.substr(0, colon), text.substr(colon + 1), report);
}

// What stands behind the words, if they are there.
std::optional<string_view> behind(const Words& words, string_view headline, ByteSet bytes) {
    const auto at = find(headline, bytes, words);
    if (at == string_view::npos)
        return std::nullopt;
    return headline.substr(at + words.text.size());
}

// Where a headline's place may stand: behind the first of these that one stands behind.
constexpr auto places = std::to_array<Words>({"WARNING: ", " at ", " in "});

constexpr auto addresses = std::to_array<Words>(
    {"address: ", "dereference at ", "virtual address ", "non-canonical address "});

} // namespace

void add_fact(string_view line, ParsedReport& report) {
    skip_spaces(line);
    if (!line.empty() && is_digit(line.front()))
        return add_rest_of_region("", line, report);
    if (line.empty() || !first_bytes[static_cast<unsigned char>(line.front())])
        return;
    for (const auto& fact : facts)
        if (begins(line, fact.begin))
            return fact.add(line.substr(fact.begin.size()), report);
}

void add_headline(string_view headline, ByteSet bytes, ParsedReport& report) {
    add_cpu_of_headline(headline, report);
    add_task_of_headline(headline, report);
    for (const auto& place : places) {
        if (report.location)
            break;
        if (const auto rest = behind(place, headline, bytes))
            add_place(*rest, report);
    }
    for (const auto& before : addresses)
        if (auto rest = behind(before, headline, bytes))
            if (const auto value = take_hex(*rest))
                set(some(report.access).address, value);
}

} // namespace error_report
