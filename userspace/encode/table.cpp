// SPDX-License-Identifier: MIT
#include "encode/table.h"

#include "encode/terminal.h"
#include "encode/time.h"
#include "report/names.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string_view>

namespace error_report {
namespace {

enum class Side { left, right };

// One column: its head, where its cells stand, and what a cell shows.
struct Column {
    std::string_view head;
    Side side;
    std::string (*cell)(const Report& report, bool utc);
};

std::string flags_cell(const Report& report) {
    return report.flags == 0 ? "-" : fmt::format("{}", fmt::join(flag_names(report.flags), ","));
}

std::string number_cell(const std::optional<std::uint32_t>& number) {
    return number ? std::to_string(*number) : "-";
}

std::string context_cell(const Report& report) {
    return report.context ? context_name(*report.context) : "-";
}

std::string first_line(const Report& report) {
    return printable_line(std::string_view(report.text).substr(0, report.text.find('\n')));
}

constexpr std::array<Column, 10> columns{{
    {"SEQ", Side::right, [](const Report& r, bool) { return std::to_string(r.seq); }},
    {"TIME", Side::left, [](const Report& r, bool utc) { return short_time(r.time_real, utc); }},
    {"TOOL", Side::left, [](const Report& r, bool) { return printable_line(r.tool); }},
    {"CPU", Side::right, [](const Report& r, bool) { return number_cell(r.cpu); }},
    {"PID", Side::right, [](const Report& r, bool) { return number_cell(r.pid); }},
    {"COMM", Side::left,
     [](const Report& r, bool) { return printable_line(r.comm.value_or("-")); }},
    {"CONTEXT", Side::left, [](const Report& r, bool) { return context_cell(r); }},
    {"FLAGS", Side::left, [](const Report& r, bool) { return flags_cell(r); }},
    {"BYTES", Side::right, [](const Report& r, bool) { return number_cell(r.text_bytes); }},
    {"REPORT", Side::left, [](const Report& r, bool) { return first_line(r); }},
}};

constexpr std::string_view gap = "  ";

using Widths = std::array<std::size_t, columns.size()>;

std::string padded(const std::string& cell, std::size_t width, Side side) {
    const std::string padding(width - std::min(width, columns_of(cell)), ' ');
    return side == Side::left ? cell + padding : padding + cell;
}

std::string row_text(const std::vector<std::string>& row, const Widths& widths, std::size_t width) {
    std::string result;
    for (std::size_t i = 0; i + 1 < columns.size(); ++i) {
        result += padded(row[i], widths[i], columns[i].side);
        result += gap;
    }
    result += row.back();
    return (width == 0 ? result : fit(result, width)) + '\n';
}

} // namespace

void ReportTable::add(const Report& report) {
    Row row;
    row.reserve(columns.size());
    for (const auto& column : columns)
        row.push_back(column.cell(report, utc_));
    rows_.push_back(std::move(row));
}

std::string ReportTable::text(std::size_t width) const {
    Row head;
    for (const auto& column : columns)
        head.emplace_back(column.head);

    Widths widths{};
    const auto widen = [&](const Row& row) {
        for (std::size_t i = 0; i < columns.size(); ++i)
            widths[i] = std::max(widths[i], columns_of(row[i]));
    };
    widen(head);
    std::ranges::for_each(rows_, widen);

    auto result = row_text(head, widths, width);
    for (const auto& row : rows_)
        result += row_text(row, widths, width);
    return result;
}

} // namespace error_report
