// SPDX-License-Identifier: MIT
#include "encode/found.h"
#include "encode/line.h"
#include "encode/parsed.h"
#include "encode/tree.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <string>

namespace error_report {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Le;
using testing::SizeIs;

ParsedReport sample() {
    ParsedReport report;
    report.title = "KASAN: use-after-free Read in f";
    report.category = "kasan";
    report.type = "use-after-free";
    report.function = "f";
    report.fingerprint = "1:0123456789abcdef";
    report.access = Access{.kind = "read", .size = 8, .address = 0xffff888012345678};
    report.location = Location{.function = "f", .offset = 1, .size = 2, .module = "m"};
    Stack stack{.kind = StackKind::faulting, .title = "Call Trace:"};
    stack.frames.push_back({.at = {.function = "f", .offset = 1, .size = 2}});
    stack.frames.push_back({.at = {.function = "g", .offset = 3, .size = 4}, .inexact = true});
    report.stacks.push_back(stack);
    stack.kind = StackKind::freed;
    report.stacks.push_back(stack);
    report.modules.push_back({.name = "m", .flags = "OE"});
    return report;
}

json object(const ParsedReport& report, std::size_t most_bytes = 0) {
    auto result = nlohmann::ordered_json::object();
    TreeValues values(result);
    put_parsed(values, report);
    if (most_bytes != 0)
        reduce_report(result, most_bytes);
    return json::parse(result.dump());
}

TEST(ParsedJson, HasWhatIsKnown) {
    const auto fields = object(sample());

    EXPECT_EQ(fields["title"], "KASAN: use-after-free Read in f");
    EXPECT_EQ(fields["fingerprint"], "1:0123456789abcdef");
    EXPECT_EQ(
        fields["report"]["access"],
        json({{"kind", "read"}, {"size", 8}, {"address", "0xffff888012345678"}}));
    EXPECT_EQ(
        fields["report"]["stacks"][0]["frames"][1],
        json({{"function", "g"}, {"offset", 3}, {"size", 4}, {"inexact", true}}));
    EXPECT_EQ(fields["report"]["modules"], json::parse(R"([{"name":"m","flags":"OE"}])"));
    for (const auto* absent : {"task", "object", "message", "kernel", "taint", "reduced"})
        EXPECT_FALSE(fields["report"].contains(absent)) << absent;
}

TEST(ParsedJson, HasTheTagsOfPointerAndMemory) {
    auto report = sample();
    report.access = Access{.kind = "read", .pointer_tag = "f5", .memory_tag = "fe"};

    EXPECT_EQ(
        object(report)["report"]["access"],
        json({{"kind", "read"}, {"pointer_tag", "f5"}, {"memory_tag", "fe"}}));
}

TEST(ParsedJson, HasNoReportOfAKindThatIsNotKnown) {
    EXPECT_EQ(
        object({.title = "what", .fingerprint = "1:0"}),
        json({{"title", "what"}, {"fingerprint", "1:0"}}));
    EXPECT_EQ(object({}), json::object());
}

TEST(ParsedJson, LeavesOutNumbersThatOthersWouldRound) {
    auto report = sample();
    report.access->size = std::uint64_t{1} << 60;

    EXPECT_FALSE(object(report)["report"]["access"].contains("size"));
}

TEST(ParsedJson, HoldsBytesThatAreNotUtf8) {
    auto report = sample();
    report.message = "a\xFF"
                     "b";
    report.stacks[0].frames[0].at.function = "\xC3";

    EXPECT_EQ(object(report)["report"]["message"], "a\uFFFDb");
}

TEST(ParsedJson, LeavesOutTheLeastMissedFirst) {
    const auto whole = object(sample())["report"];
    const auto size = line_of(nlohmann::ordered_json::parse(whole.dump())).size();

    const auto bytes = [](const json& report) {
        return line_of(nlohmann::ordered_json::parse(report.dump())).size();
    };
    const auto exact = object(sample(), size - 1)["report"];
    EXPECT_EQ(exact["reduced"], true);
    EXPECT_FALSE(exact.contains("modules"));
    EXPECT_THAT(exact["stacks"][0]["frames"], SizeIs(1));
    const auto faulting = object(sample(), bytes(exact) - 1)["report"];
    EXPECT_THAT(faulting["stacks"], SizeIs(1));
    const auto none = object(sample(), bytes(faulting) - 1)["report"];
    EXPECT_FALSE(none.contains("stacks"));
    EXPECT_EQ(none["type"], "use-after-free");
    const auto nothing = object(sample(), bytes(none) - 1);
    EXPECT_FALSE(nothing.contains("report"));
    EXPECT_EQ(nothing["title"], "KASAN: use-after-free Read in f");
}

TEST(ParsedJson, LeavesNothingEmptyWhereSomethingWasLeftOut) {
    auto without = sample();
    without.stacks.clear();
    auto not_faulting = sample();
    not_faulting.stacks.erase(not_faulting.stacks.begin());
    for (auto& report : {without, not_faulting}) {
        constexpr std::size_t too_little = 215;
        const auto reduced = object(report, too_little)["report"];
        EXPECT_EQ(reduced["reduced"], true);
        EXPECT_FALSE(reduced.contains("stacks")) << reduced;
        EXPECT_FALSE(reduced.contains("modules")) << reduced;
    }
}

FoundReport found() {
    return {.text = "BUG: x\n y", .first_line = 3, .last_line = 4};
}

TEST(FoundJson, SaysWhereAndWhat) {
    auto report = sample();
    report.kernel = "6.12.0";
    report.task = Task{.comm = "a", .pid = 42, .cpu = 1};

    const auto line = json::parse(json_of(found(), report, "a.log", 0));

    EXPECT_EQ(line["event"], "report");
    EXPECT_EQ(line["source"], "a.log");
    EXPECT_EQ(line["first_line"], 3);
    EXPECT_EQ(line["last_line"], 4);
    EXPECT_EQ(line["kernel"], "6.12.0");
    EXPECT_EQ(line["tool"], "kasan");
    EXPECT_EQ(line["pid"], 42);
    EXPECT_EQ(line["text"], "BUG: x\n y");
    EXPECT_EQ(line["flags"], json::array());
    EXPECT_FALSE(line.contains("seq"));
}

TEST(FoundJson, FlagsWhatItDidToTheText) {
    auto report = found();
    report.truncated = true;
    report.text += "\xFF" + std::string(10000, 'x');

    const auto line = json_of(report, sample(), "a.log", 4096);

    EXPECT_THAT(line, SizeIs(Le(4096U)));
    EXPECT_EQ(json::parse(line)["flags"], json({"truncated", "invalid_utf8", "line_limit"}));
}

TEST(FoundJson, ReducesTheReportOnlyWhereTheLineWouldBeTooLong) {
    auto report = sample();
    for (int i = 0; i < 60; ++i)
        report.modules.push_back({.name = "a_module_with_a_long_name_" + std::to_string(i)});
    const auto whole = json_of(found(), report, "a.log", 0);

    EXPECT_EQ(json_of(found(), report, "a.log", whole.size()), whole);
    const auto reduced = json::parse(json_of(found(), report, "a.log", whole.size() - 1));
    EXPECT_EQ(reduced["report"]["reduced"], true);
    EXPECT_EQ(reduced["text"], found().text);
    EXPECT_EQ(reduced["flags"], json::array());
}

TEST(FoundText, ShowsTheStacksAndNoEscapes) {
    auto report = sample();
    report.title = "KASAN in \x1b[31mf";

    const auto text = text_of(found(), report, "a.log");

    EXPECT_THAT(text, HasSubstr("KASAN in \\x1b[31mf\n  a.log, lines 3 to 4"));
    EXPECT_THAT(
        text, HasSubstr("  faulting stack (Call Trace:)\n    f+0x1/0x2\n    ? g+0x3/0x4\n"));
}

} // namespace
} // namespace error_report
