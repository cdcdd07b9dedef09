// SPDX-License-Identifier: MIT
#include "parse/marks.h"

#include "parse/infrastructure.h"
#include "parse/rust_symbol.h"
#include "parse/scan.h"

#include <algorithm>
#include <array>
#include <optional>

namespace error_report {
namespace {

using std::string_view;

// A system call's name has another front on each architecture and in each version.
constexpr auto syscall_fronts = std::to_array<string_view>({
    "SYSC_",
    "SyS_",
    "sys_",
    "__x64_",
    "__ia32_",
    "__arm64_",
    "____sys_",
    "___sys_",
    "__sys_",
    "__se_",
    "__do_sys_",
    "compat_SYSC_",
    "compat_SyS_",
    "ksys_",
});

string_view without_front(string_view function) {
    auto shortest = function;
    for (const auto front : syscall_fronts) {
        auto rest = function;
        if (scan::take(rest, front) && rest.size() < shortest.size())
            shortest = rest;
    }
    return shortest;
}

bool begins_stack(MarkKind kind) {
    return kind == MarkKind::trace || kind == MarkKind::stack || kind == MarkKind::leak;
}

// Walks the marks as a row's sources say, and keeps the functions that are not infrastructure.
class Walk {
  public:
    Walk(const Detector& row, string_view headline, const Marks& marks)
        : row_(row), headline_(headline), marks_(marks) {}

    std::vector<string_view> functions(const Clues& sources) {
        at_ = 0;
        functions_.clear();
        for (const auto source : sources)
            step(source);
        return functions_;
    }

  private:
    void step(Clue source) {
        switch (source) {
        case Clue::none:
            return;
        case Clue::headline:
            return take_headline();
        case Clue::instruction:
            return take_next(MarkKind::instruction);
        case Clue::trace:
            return take_next(MarkKind::trace);
        case Clue::stack:
            return take_stack();
        case Clue::lock:
            return take_next(MarkKind::lock);
        case Clue::interrupt:
            return take_next(MarkKind::interrupt);
        case Clue::became:
            return take_next(MarkKind::became);
        case Clue::leak:
            return take_next(MarkKind::leak);
        }
    }

    void add(string_view function) {
        if (row_.where.choice == Choice::first && !functions_.empty())
            return;
        if (!function.empty() && !is_infrastructure(function) &&
            !matches_any(function, row_.where.skip))
            functions_.push_back(without_front(function));
    }

    void take_headline() {
        const auto at = scan::find_last(headline_, " in ");
        const auto in = scan::find_last(headline_, " in: ");
        if (at == string_view::npos && in == string_view::npos)
            return;
        auto name = headline_.substr(at != string_view::npos ? at + 4 : in + 5);
        const auto function = scan::take_while(name, scan::is_word);
        if (name.starts_with('+') || name.starts_with('.'))
            add(function);
    }

    void take_next(MarkKind kind) {
        while (at_ < marks_.size() && marks_[at_].kind != kind)
            ++at_;
        if (at_ < marks_.size())
            add(marks_[at_++].function);
    }

    void take_stack() {
        for (; at_ < marks_.size() && !begins_stack(marks_[at_].kind); ++at_)
            if (marks_[at_].kind == MarkKind::frame)
                add(marks_[at_].function);
    }

    const Detector& row_;
    string_view headline_;
    const Marks& marks_;
    std::size_t at_ = 0;
    std::vector<string_view> functions_;
};

using Functions = std::vector<string_view>;

// A CPU that loops is found anywhere in the loop; what the dispatcher called is the same each time.
string_view choose_stall(const Functions& functions) {
    string_view called = functions.front();
    for (const auto function : functions) {
        if (scan::contains(function, "smp_call_function"))
            return "smp_call_function";
        if (is_dispatcher(function))
            return called;
        called = function;
    }
    return {};
}

// Everybody waits for the same two when those do not end: the waiter says nothing.
struct Bucket {
    string_view part;
    string_view name;
};

constexpr auto buckets = std::to_array<Bucket>({
    {"rtnl_lock", ""},
    {"synchronize_rcu", "synchronize_rcu"},
    {"synchronize_srcu", "synchronize_rcu"},
    {"synchronize_net", "synchronize_rcu"},
    {"synchronize_sched", "synchronize_rcu"},
});

constexpr auto waiting = std::to_array<string_view>(
    {"sched", "_lock", "_slowlock", "down", "rwsem", "completion", "kthread", "wait", "synchronize",
     "context_switch", "__switch_to", "cancel_delayed_work"});

constexpr auto barriers = std::to_array<string_view>({"rcu_barrier"});

string_view choose_hang(const Functions& functions) {
    for (const auto function : functions)
        for (const auto& bucket : buckets)
            if (scan::contains(function, bucket.part))
                return bucket.name.empty() ? function : bucket.name;
    string_view waits;
    for (const auto function : functions) {
        if (is_entry(function))
            break;
        if (!matches_any(function, waiting) && !matches_any(function, barriers))
            return function;
        waits = function;
    }
    return waits;
}

string_view choose(Choice choice, const Functions& functions) {
    if (functions.empty())
        return {};
    switch (choice) {
    case Choice::stall:
        return choose_stall(functions);
    case Choice::hang:
        return choose_hang(functions);
    case Choice::first:
        break;
    }
    return functions.front();
}

} // namespace

std::string find_function(const Detector& row, string_view headline, const Marks& marks) {
    Walk walk(row, headline, marks);
    for (const auto& sources : {row.where.sources, row.where.otherwise})
        if (const auto function = choose(row.where.choice, walk.functions(sources));
            !function.empty())
            return demangle_rust(function);
    return {};
}

} // namespace error_report
