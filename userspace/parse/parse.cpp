// SPDX-License-Identifier: MIT
#include "parse/parse.h"

#include "parse/body.h"
#include "parse/fingerprint.h"
#include "parse/scan.h"
#include "parse/title.h"

#include <algorithm>
#include <array>
#include <utility>

namespace error_report {
namespace {

using std::string_view;

constexpr auto stack_kinds =
    std::to_array<string_view>({"faulting", "allocated", "freed", "stored", "other"});
static_assert(stack_kinds.size() == static_cast<std::size_t>(StackKind::other) + 1);

string_view access_word(const ParsedReport& report) {
    if (!report.access)
        return {};
    return report.access->kind == "write" ? "Write" : report.access->kind == "read" ? "Read" : "";
}

struct Fit {
    const Detector& row;
    Captures captures;
};

// The headline's first row that the whole report fits too; rows end with one that fits all.
Fit choose_row(string_view headline, std::size_t first, bool has_access) {
    const auto rows = detectors().subspan(first);
    for (const auto& row : rows)
        if (has_access || !row.needs_access)
            if (const auto captures = match(row.headline, headline))
                return {row, *captures};
    return {rows.front(), {}};
}

// "WARNING: refcount bug in f" → "refcount bug"
string_view type_of(string_view title) {
    title = title.substr(0, title.find(" in {f}"));
    for (const string_view front : {"BUG: ", "WARNING: ", "INFO: ", "PANIC: ", "kernel panic: "})
        scan::take(title, front);
    return title;
}

// "     last function: addrconf_dad_work": the words are the workqueue's, not the title's.
string_view without_words(string_view line) {
    scan::take(line, "last function: ");
    return line;
}

ParsedReport parse(string_view text, const std::optional<Headline>& known) {
    ParsedReport report;
    const auto body = read_body(text, known, report);
    if (!body.headline) {
        report.message.clear();
        report.title = normalize_title(body.first_line);
        if (!report.title.empty())
            report.fingerprint = fingerprint_of(report);
        return report;
    }
    const auto access = access_word(report);
    const auto headline = body.headline->of(text);
    const auto [row, captures] = choose_row(headline, body.headline->row, !access.empty());
    report.function = find_function(row, headline, body.marks);
    const TitleParts parts{
        .captures = captures,
        .function = report.function,
        .access = access,
        .next_line = without_words(body.next_line)};
    report.title = normalize_title(fill(row.title, parts));
    report.category = row.category;
    // Where another CPU was, which the watchdog showed too: the task that waits is not running.
    if (row.where.choice == Choice::hang)
        report.location.reset();
    const auto type = row.type.empty() ? type_of(row.title) : row.type;
    report.type =
        scan::contains(type, '{') ? normalize_title(fill(type, parts)) : std::string(type);
    report.fingerprint = fingerprint_of(report);
    return report;
}

} // namespace

string_view stack_kind_name(StackKind kind) {
    return stack_kinds.at(static_cast<std::size_t>(kind));
}

ParsedReport parse_report(string_view text) {
    return parse(text, std::nullopt);
}

ParsedReport parse_report(const FoundReport& found) {
    return parse(found.text, found.headline);
}

} // namespace error_report
