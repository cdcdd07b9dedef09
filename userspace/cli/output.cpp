// SPDX-License-Identifier: MIT
#include "cli/output.h"

#include <fmt/format.h>

namespace error_report {
namespace {

// "file:PATH"
std::string usage_of(const SinkKind& sink) {
    return fmt::format("{}{}{}", sink.name, sink.argument.empty() ? "" : ":", sink.argument);
}

std::string list_of(const auto& rows, auto name) {
    std::string result;
    for (const auto& row : rows)
        result += (result.empty() ? "" : ", ") + std::string(name(row));
    return result;
}

Result<const SinkKind*> parse_sink(std::string_view name, std::string_view argument) {
    const auto* sink = find_sink(name);
    if (sink == nullptr)
        return fail(
            fmt::format("there is no sink '{}'; there are: {}", name, list_of(sinks(), usage_of)));
    if (sink->argument.empty() != argument.empty())
        return fail(fmt::format("the sink is written {}", usage_of(*sink)));
    return sink;
}

Result<const Format*> parse_format(std::string_view name, const SinkKind& sink) {
    const auto* format = find_format(name);
    if (format == nullptr)
        return fail(fmt::format(
            "there is no format '{}'; there are: {}", name,
            list_of(formats(), [](const Format& row) { return row.name; })));
    if (!sink.only_format.empty() && name != sink.only_format)
        return fail(fmt::format("the sink {} takes no format but {}", sink.name, sink.only_format));
    return format;
}

} // namespace

Result<Output> parse_output(std::string_view text) {
    // An @ behind the first colon belongs to the sink: a path, an abstract name.
    const auto separator = text.find_first_of("@:");
    const bool has_format = separator != std::string_view::npos && text[separator] == '@';
    const auto target = has_format ? text.substr(separator + 1) : text;
    const auto colon = target.find(':');
    const auto name = target.substr(0, colon);
    const auto argument = colon == std::string_view::npos ? "" : target.substr(colon + 1);
    const auto sink = parse_sink(name, argument);
    if (!sink)
        return tl::unexpected(sink.error());
    const auto format =
        parse_format(has_format ? text.substr(0, separator) : (*sink)->default_format, **sink);
    if (!format)
        return tl::unexpected(format.error());
    return Output{*format, *sink, std::string(argument)};
}

std::string outputs_help() {
    std::string result = "Formats:\n";
    for (const auto& format : formats())
        result += fmt::format("  {:<12}{}\n", format.name, format.description);
    result += "Sinks:\n";
    for (const auto& sink : sinks())
        result += fmt::format(
            "  {:<12}{} (format {}{})\n", usage_of(sink), sink.description,
            sink.only_format.empty() ? "unless said otherwise: " : "", sink.default_format);
    return result;
}

} // namespace error_report
