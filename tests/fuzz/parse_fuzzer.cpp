// SPDX-License-Identifier: MIT
// Any bytes as a log, and as the text of one report: line, finder, structure, title, JSON,
// redaction; and as records of /dev/kmsg.
#include "cli/recovery.h"
#include "encode/found.h"
#include "encode/json.h"
#include "encode/line.h"
#include "encode/parsed.h"
#include "encode/tree.h"
#include "fuzzer.h"
#include "parse/finder.h"
#include "parse/parse.h"
#include "parse/redact.h"
#include "parse/scan.h"
#include "parse/splitter.h"
#include "source/kernel_log.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>

namespace error_report {
namespace {

constexpr auto max_line = JsonEncoder::least_max_line;

void check(const FoundReport& found) {
    REQUIRE(found.text.size() <= ReportFinder::longest_report);
    REQUIRE(found.first_line <= found.last_line);
    const auto parsed = parse_report(found);
    REQUIRE(!parsed.category.empty());
    REQUIRE(json_of(found, parsed, "log", max_line).size() <= max_line);
    REQUIRE(!text_of(found, parsed, "log").empty());
}

void find_reports(std::string_view log) {
    ReportFinder finder(check);
    LineSplitter splitter;
    const auto take = [&](std::string_view line) { finder.line(line); };
    // In two parts, so that a line may be cut anywhere.
    splitter.feed(log.substr(0, log.size() / 2), take);
    splitter.feed(log.substr(log.size() / 2), take);
    splitter.finish(take);
    finder.finish();
}

std::size_t longest_hex(std::string_view text) {
    std::size_t longest = 0;
    std::size_t run = 0;
    for (const char c : text) {
        run = scan::is_hex(c) ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    return longest;
}

void parse_text(std::string_view text) {
    const auto parsed = parse_report(text);
    REQUIRE(parsed.stacks.size() <= most_stacks && parsed.modules.size() <= most_modules);
    auto object = nlohmann::ordered_json::object();
    TreeValues tree(object);
    put_parsed(tree, parsed);
    LineValues line(0);
    put_parsed(line, parsed);
    REQUIRE(std::move(line).finish() == line_of(object));
    reduce_report(object, max_line / 2);
    REQUIRE(!object.contains("report") || line_of(object["report"]).size() <= max_line / 2);
    REQUIRE(longest_hex(redact_text(text)) < 16);
}

void recover(std::string_view log) {
    Recovery recovery(1, 0);
    recovery.take({.text = "error_report_notify: instance 0x0000000000000001 begins"});
    while (!log.empty()) {
        if (const auto record = parse_log_record(scan::take_until(log, '\n')))
            recovery.take(*record);
    }
    REQUIRE(recovery.finish().has_value());
}

} // namespace
} // namespace error_report

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    error_report::find_reports(bytes);
    error_report::parse_text(bytes);
    error_report::recover(bytes);
    return 0;
}
