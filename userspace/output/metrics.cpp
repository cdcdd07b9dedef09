// SPDX-License-Identifier: MIT
#include "output/metrics.h"

#include "encode/utf8.h"

#include <array>
#include <fmt/format.h>
#include <iterator>
#include <string_view>

namespace error_report {
namespace {

// A label's value as the format wants it.
std::string label(std::string_view value) {
    std::string result;
    for (const char c : to_utf8(value).text) {
        if (c == '\n') {
            result += "\\n";
            continue;
        }
        if (c == '\\' || c == '"')
            result += '\\';
        result += c;
    }
    return result;
}

class Page {
  public:
    void family(std::string_view name, std::string_view type, std::string_view help) {
        name_ = name;
        append("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
    }

    void sample(std::string_view key, std::string_view value_of_key, auto value) {
        append("{}{{{}=\"{}\"}} {}\n", name_, key, label(value_of_key), value);
    }

    void sample(auto value) { append("{} {}\n", name_, value); }

    std::string take() { return std::move(text_); }

  private:
    template <class... Arguments>
    void append(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
        fmt::format_to(std::back_inserter(text_), format, std::forward<Arguments>(arguments)...);
    }

    std::string_view name_;
    std::string text_;
};

struct OutputFamily {
    std::string_view name;
    std::string_view type;
    std::string_view help;
    std::uint64_t (*value)(const Writer::Counters& counters);
};

constexpr std::array<OutputFamily, 5> output_families{{
    {"error_report_output_reports_total", "counter", "Reports that the output has taken.",
     [](const Writer::Counters& counters) { return counters.reports; }},
    {"error_report_output_dropped_total", "counter",
     "Reports that found no room in the output's queue, or that it refused.",
     [](const Writer::Counters& counters) { return counters.dropped; }},
    {"error_report_output_queue_records", "gauge", "Lines that wait for the output.",
     [](const Writer::Counters& counters) { return std::uint64_t{counters.queued}; }},
    {"error_report_output_queue_bytes", "gauge", "Memory of the lines that wait for the output.",
     [](const Writer::Counters& counters) { return std::uint64_t{counters.queued_bytes}; }},
    {"error_report_output_up", "gauge", "Whether the output still takes lines.",
     [](const Writer::Counters& counters) { return std::uint64_t{counters.dead ? 0U : 1U}; }},
}};

constexpr double ns_per_second = 1e9;

} // namespace

std::string metrics_text(const Tally& tally, std::span<const OutputMetrics> outputs) {
    Page page;
    page.family(
        "error_report_reports_total", "counter", "Kernel error reports received and passed on.");
    for (const auto& [tool, count] : tally.reports())
        page.sample("tool", tool, count);
    page.family("error_report_lost_total", "counter", "Kernel error reports lost.");
    for (const auto& [cause, count] : tally.lost())
        page.sample("cause", cause, count);
    page.family(
        "error_report_suppressed_total", "counter",
        "Kernel error reports that repeated one, with --dedup.");
    page.sample(tally.suppressed());
    page.family(
        "error_report_last_report_timestamp_seconds", "gauge",
        "When the newest report ended, 0 while there is none.");
    page.sample(fmt::format("{:.3f}", static_cast<double>(tally.last_report()) / ns_per_second));
    for (const auto& family : output_families) {
        page.family(family.name, family.type, family.help);
        for (const auto& output : outputs)
            page.sample("output", output.name, family.value(output.counters));
    }
    return page.take();
}

} // namespace error_report
