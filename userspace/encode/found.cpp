// SPDX-License-Identifier: MIT
#include "encode/found.h"

#include "encode/line.h"
#include "encode/parsed.h"
#include "encode/put.h"
#include "encode/terminal.h"
#include "encode/utf8.h"
#include "report/names.h"
#include "report/report.h"

#include <fmt/format.h>
#include <linux/error_report.h>

namespace error_report {
namespace {

constexpr int schema = 1;

void put_machine(Values& values, const ParsedReport& parsed) {
    put(values, "kernel", parsed.kernel);
    values.text("tool", parsed.category);
    if (!parsed.task)
        return;
    put(values, "cpu", parsed.task->cpu);
    put(values, "pid", parsed.task->pid);
    put(values, "comm", parsed.task->comm);
}

void put_found(
    Values& values, const FoundReport& found, const ParsedReport& parsed, std::string_view source) {
    std::uint64_t flags = found.truncated ? std::uint64_t{ERROR_REPORT_FLAG_TRUNCATED} : 0;
    if (!is_utf8(found.text))
        flags |= flag_invalid_utf8;
    values.number("schema", schema);
    values.text("event", "report");
    values.text("source", source);
    values.number("first_line", found.first_line);
    values.number("last_line", found.last_line);
    put_machine(values, parsed);
    put(values, "flags", flag_names(flags));
    put_parsed(values, parsed);
    values.text("text", found.text);
}

std::string summary_of(const ParsedReport& parsed) {
    std::string result = fmt::format("{}: {}", parsed.category, parsed.type);
    if (const auto& access = parsed.access; access && !access->kind.empty()) {
        result += fmt::format(", {}", access->kind);
        if (access->size)
            result += fmt::format(" of {} bytes", *access->size);
        if (access->address)
            result += fmt::format(" at {:#x}", *access->address);
    }
    if (const auto& task = parsed.task; task && !task->comm.empty())
        result += fmt::format(", task {}", task->comm);
    if (!parsed.kernel.empty())
        result += fmt::format(", kernel {}", parsed.kernel);
    return result;
}

std::string text_of(const Frame& frame) {
    const auto& at = frame.at;
    std::string result = frame.inexact ? "? " : "";
    result += at.function.empty() ? fmt::format("{:#x}", frame.address.value_or(0)) : at.function;
    if (at.offset && at.size)
        result += fmt::format("+{:#x}/{:#x}", *at.offset, *at.size);
    if (!at.module.empty())
        result += fmt::format(" [{}]", at.module);
    if (!at.file.empty())
        result += fmt::format(" {}:{}", at.file, at.line.value_or(0));
    return result + (frame.inlined ? " [inline]" : "");
}

std::string stacks_of(const ParsedReport& parsed) {
    std::string result;
    for (const auto& stack : parsed.stacks) {
        result += fmt::format(
            "  {} stack ({})\n", stack_kind_name(stack.kind), printable_line(stack.title));
        for (const auto& frame : stack.frames)
            result += fmt::format("    {}\n", printable_line(text_of(frame)));
    }
    return result;
}

} // namespace

std::string json_of(
    const FoundReport& found, const ParsedReport& parsed, std::string_view source,
    std::size_t max_line) {
    const auto put = [&](Values& values) { put_found(values, found, parsed, source); };
    return fitted_line(put, 3 * found.text.size(), max_line);
}

std::string text_of(const FoundReport& found, const ParsedReport& parsed, std::string_view source) {
    auto result = fmt::format("{}\n", printable_line(parsed.title));
    result += fmt::format(
        "  {}, lines {} to {}, fingerprint {}\n", printable_line(source), found.first_line,
        found.last_line, parsed.fingerprint);
    result += fmt::format("  {}\n", printable_line(summary_of(parsed)));
    return result + stacks_of(parsed) + '\n';
}

} // namespace error_report
