// SPDX-License-Identifier: MIT
#include "encode/json.h"

#include "sample.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <linux/error_report.h>
#include <nlohmann/json.hpp>
#include <string>

namespace error_report {
namespace {

using nlohmann::json;
using namespace std::string_literals;
using test::origin;
using test::sample;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Le;
using testing::Not;
using testing::SizeIs;

constexpr std::uint64_t noon = 1'767'355'200'000'000'000; // 2026-01-02T12:00:00Z

std::string encode(const Report& report, std::size_t max_line = 0) {
    return JsonEncoder({.origin = origin, .max_line = max_line}).encode(report, 0);
}

json parsed(const Report& report, std::size_t max_line = 0) {
    return json::parse(encode(report, max_line));
}

Report sample_with_text(std::string text) {
    auto report = sample();
    report.text = std::move(text);
    report.text_bytes = static_cast<std::uint32_t>(report.text.size());
    return report;
}

TEST(JsonReport, IsOneLineInAStableOrder) {
    EXPECT_EQ(
        encode(sample()),
        R"({"schema":1,"event":"report","seq":7,"instance":"0x0000000000000abc",)"
        R"("boot_id":"5cd2d8e0-0e62-4a4b-9a9c-2f1d1e1f0a11",)"
        R"("time":"2026-01-02T03:04:05.123456789Z","boottime_us":12345678,"host":"web1",)"
        R"("kernel":"6.12.0","tool":"kfence","id":"0xffff888012345678","cpu":1,"pid":42,)"
        R"("comm":"bash","context":"task","flags":[],"title":"BUG: one",)"
        R"("fingerprint":"1:5e84a65898c0c069","report":{"category":"bug","type":"bug"},)"
        R"("text":"BUG: one\n two","text_bytes":13})"
        "\n");
}

TEST(JsonReport, LeavesIdOutWhereThereIsNone) {
    auto report = sample();
    report.id.reset();

    EXPECT_THAT(encode(report), HasSubstr(R"("tool":"kfence","cpu":1)"));
}

TEST(JsonReport, LeavesOutWhatItsSourceDoesNotTell) {
    Report report;
    report.seq = 7;
    report.tool = "kasan";
    report.text = "BUG: one";

    EXPECT_EQ(
        encode(report),
        R"({"schema":1,"event":"report","seq":7,"instance":"0x0000000000000000",)"
        R"("boot_id":"5cd2d8e0-0e62-4a4b-9a9c-2f1d1e1f0a11",)"
        R"("time":"1970-01-01T00:00:00.000000000Z","host":"web1","kernel":"6.12.0",)"
        R"("tool":"kasan","flags":[],"title":"BUG: one","fingerprint":"1:5e84a65898c0c069",)"
        R"("report":{"category":"bug","type":"bug"},"text":"BUG: one"})"
        "\n");
}

TEST(JsonReport, NamesFlagsAndContext) {
    auto report = sample();
    report.flags = ERROR_REPORT_FLAG_TRUNCATED | ERROR_REPORT_FLAG_UNTERMINATED | 0x40;
    report.context = 9;

    EXPECT_EQ(parsed(report)["flags"], json({"truncated", "unterminated", "unknown_0x40"}));
    EXPECT_EQ(parsed(report)["context"], "unknown_9");
}

TEST(JsonReport, WritesTheLargestNumbersExactly) {
    auto report = sample();
    report.seq = largest_integer;
    report.id = 0xffffffffffffffff;
    report.time_real = 0xffffffffffffffff;

    EXPECT_THAT(encode(report), HasSubstr(R"("seq":9007199254740992,)"));
    EXPECT_EQ(parsed(report)["id"], "0xffffffffffffffff");
    EXPECT_EQ(parsed(report)["time"], "2554-07-21T23:34:33.709551615Z");
}

TEST(JsonReport, HoldsAnEmptyText) {
    EXPECT_EQ(parsed(sample_with_text(""))["text"], "");
}

TEST(JsonReport, EscapesControlCharactersSoThatTheLineIsPlainAscii) {
    const auto text = "nul\0 esc\x1b[31m del\x7f tab\t quote\" csi\xC2\x9B"s;

    const auto line = encode(sample_with_text(text));

    EXPECT_TRUE(std::ranges::all_of(line.substr(0, line.size() - 1), [](char c) {
        return c >= 0x20 && c < 0x7f;
    })) << line;
    EXPECT_EQ(json::parse(line)["text"], text);
}

TEST(JsonReport, KeepsTextOfOtherScripts) {
    EXPECT_EQ(
        parsed(sample_with_text("d\u00e9j\u00e0 \U0001f600"))["text"], "d\u00e9j\u00e0 \U0001f600");
}

struct Invalid {
    const char* name;
    void (*spoil)(Report&);
};

class JsonReportNotUtf8 : public testing::TestWithParam<Invalid> {};

TEST_P(JsonReportNotUtf8, IsReplacedAndFlagged) {
    auto report = sample();
    GetParam().spoil(report);

    const auto line = encode(report);

    EXPECT_EQ(json::parse(line)["flags"], json({"invalid_utf8"}));
    EXPECT_THAT(line, HasSubstr("a\\ufffdz"));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, JsonReportNotUtf8,
    testing::Values(
        Invalid{"text", [](Report& r) { r.text = "a\xFFz"; }},
        Invalid{"comm", [](Report& r) { r.comm = "a\xC3z"; }},
        Invalid{"tool", [](Report& r) { r.tool = "a\x80z"; }}),
    [](const auto& row) { return row.param.name; });

TEST(JsonReport, HasAHostThatIsNotUtf8Replaced) {
    const JsonEncoder encoder({.origin = {"", "we\xFF", ""}});

    EXPECT_EQ(json::parse(encoder.encode(sample(), 0))["host"], "we\uFFFD");
}

std::string many_lines(std::size_t count) {
    std::string text = "line 0";
    for (std::size_t i = 1; i < count; ++i)
        text += "\nline " + std::to_string(i);
    return text;
}

TEST(JsonLineLimit, CutsAtALinesEndAndSaysSo) {
    const auto report = sample_with_text(many_lines(1000));

    const auto line = encode(report, 4096);
    const auto object = json::parse(line);
    const auto text = object["text"].get<std::string>();

    EXPECT_THAT(line, SizeIs(Le(4096U)));
    EXPECT_EQ(object["flags"], json({"line_limit"}));
    EXPECT_EQ(object["text_bytes"], report.text_bytes);
    EXPECT_EQ(report.text.substr(0, text.size() + 6), text + "\nline ");
}

TEST(JsonLineLimit, WastesLessThanOneLine) {
    const auto line = encode(sample_with_text(many_lines(1000)), 4096);

    EXPECT_GT(line.size(), 4096U - sizeof("\\nline 999"));
}

TEST(JsonLineLimit, LeavesALineThatJustFits) {
    const auto report = sample_with_text(many_lines(1000));
    const auto size = encode(report).size();

    EXPECT_EQ(encode(report, size), encode(report));
    EXPECT_EQ(parsed(report, size - 1)["flags"], json({"line_limit"}));
}

TEST(JsonLineLimit, CutsALineThatIsTooLongItselfBetweenCharacters) {
    const auto line = encode(sample_with_text("x" + std::string(5000, '\x01')), 4096);

    EXPECT_THAT(line, SizeIs(Le(4096U)));
    EXPECT_GT(line.size(), 4096U - 6);
    EXPECT_EQ(json::parse(line)["flags"], json({"line_limit"}));
}

TEST(JsonLineLimit, CountsWhatEscapesTake) {
    for (const std::string part :
         {"\n", "\"", "\x01", "\xFF", "\x7f", "\u20ac", "\U0001f600", "x"}) {
        std::string text;
        while (text.size() < 20000)
            text += part;
        EXPECT_THAT(encode(sample_with_text(text), 4096), SizeIs(Le(4096U))) << part;
    }
}

TEST(JsonLineLimit, HoldsForTheLargestLineWithoutText) {
    auto report = sample_with_text("text");
    report.seq = largest_integer;
    report.time_boot = largest_integer;
    report.tool = std::string(longest_name, '\xFF');
    report.comm = report.tool;
    report.cpu = report.pid = report.context = report.text_bytes = 0xffffffff;
    report.flags = 0xffffffff;
    const std::string name(64, '\x01');

    const auto line = JsonEncoder({.origin = {name, name, name}}).encode(report, 0);

    EXPECT_THAT(line, SizeIs(Le(JsonEncoder::least_max_line)));
}

TEST(JsonLineLimit, OfZeroIsNone) {
    const auto report = sample_with_text(std::string(65530, 'x'));

    EXPECT_EQ(parsed(report)["text"], report.text);
}

TEST(JsonWithoutText, KeepsItsLength) {
    const JsonEncoder encoder({.origin = origin, .with_text = false});

    const auto object = json::parse(encoder.encode(sample(), 0));

    EXPECT_FALSE(object.contains("text"));
    EXPECT_EQ(object["text_bytes"], 13);
}

TEST(JsonWithoutText, NeedsNoCut) {
    const JsonEncoder encoder({.origin = origin, .max_line = 4096, .with_text = false});

    const auto object = json::parse(encoder.encode(sample_with_text(many_lines(1000)), 0));

    EXPECT_EQ(object["flags"], json::array());
}

constexpr const char* meta_head = R"(,"instance":"0x0000000000000abc",)"
                                  R"("boot_id":"5cd2d8e0-0e62-4a4b-9a9c-2f1d1e1f0a11",)"
                                  R"("time":"2026-01-02T12:00:00.000000000Z","host":"web1",)"
                                  R"("kernel":"6.12.0","report_count":9)";

std::string meta_line(const std::string& event, const std::string& rest) {
    return R"({"schema":1,"event":")" + event + '"' + meta_head + rest + "}\n";
}

std::string encode_meta(const Record& record) {
    return JsonEncoder({.origin = origin}).encode(record, noon);
}

TEST(JsonMeta, Start) {
    EXPECT_EQ(
        encode_meta(Start{0xabc, 9, 10, "0.1.0", "0.1.1"}),
        meta_line("start", R"(,"from":10,"version":"0.1.0","module_version":"0.1.1")"));
}

TEST(JsonMeta, Lost) {
    const Lost lost{{3, 5, ERROR_REPORT_CAUSE_NO_SLOT | ERROR_REPORT_CAUSE_RING_FULL, 0xabc}, 9};

    EXPECT_EQ(
        encode_meta(lost),
        meta_line("lost", R"(,"from":3,"to":5,"cause":["no_slot","ring_full"])"));
}

TEST(JsonMeta, ResyncAndItsReason) {
    EXPECT_EQ(
        encode_meta(Resync{0xabc, 9, 4, 8, "overrun"}),
        meta_line("resync", R"(,"from":4,"to":8,"why":"overrun")"));
}

TEST(JsonMeta, LostByWhatTheListenerItselfCouldNotHold) {
    const Lost lost{{3, 5, cause_not_retained | cause_queue_full | cause_overwritten, 0xabc}, 9};

    EXPECT_EQ(
        json::parse(encode_meta(lost))["cause"],
        json({"not_retained", "queue_full", "overwritten"}));
}

TEST(JsonMeta, ModuleThatWentAndCame) {
    EXPECT_EQ(encode_meta(FamilyDown{0xabc, 9}), meta_line("family_down", R"(,"complete":true)"));
    EXPECT_EQ(encode_meta(FamilyUp{0xabc, 9}), meta_line("family_up", ""));
}

TEST(JsonMeta, Stop) {
    EXPECT_EQ(
        encode_meta(Stop{0xabc, 9, 9, 4, "SIGTERM"}),
        meta_line("stop", R"(,"to":9,"reports":4,"reason":"SIGTERM")"));
}

TEST(JsonMeta, StopWithoutACountWhereTheKernelCouldNotBeAsked) {
    EXPECT_THAT(encode_meta(Stop{0xabc, {}, 9, 4, "SIGTERM"}), Not(HasSubstr("report_count")));
}

TEST(JsonMeta, StatusOfAnEmptyRing) {
    Status status;
    status.instance = 0xabc;
    status.ended = 9;
    status.lost_no_slot = 9;
    status.module_version = "0.1.0";

    EXPECT_EQ(
        json_line(status, origin, noon),
        meta_line(
            "status",
            R"(,"module_version":"0.1.0","published":0,"lost_no_slot":9,"lost_ring_full":0,)"
            R"("truncated":0,"no_event":0,"unterminated":0,"no_text":0,"multicast_failed":0,)"
            R"("ring_reports":0,"ring_used":0,"ring_size":0,"slots":0,"slot_size":0,)"
            R"("silence_ms":0,"start_event":false)"));
}

} // namespace
} // namespace error_report
