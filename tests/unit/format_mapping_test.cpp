// SPDX-License-Identifier: MIT
#include "encode/ecs.h"
#include "encode/mapping.h"
#include "encode/otel.h"

#include <fstream>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

namespace error_report {
namespace {

using nlohmann::json;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Le;
using testing::SizeIs;

const Origin origin{"5cd2d8e0-0e62-4a4b-9a9c-2f1d1e1f0a11", "web1", "6.12.0"};
constexpr std::uint64_t now = 1'767'355'200'000'000'000;

Report sample() {
    Report report;
    report.seq = 7;
    report.instance = 0xabc;
    report.tool = "kasan";
    report.id = 0xffff888012345678;
    report.text = "BUG: KASAN: use-after-free in f+0x1/0x2\nRead of size 8 at addr "
                  "ffff888012345678 by task a/42\nCall Trace:\n f+0x1/0x2\n";
    report.text_bytes = static_cast<std::uint32_t>(report.text.size());
    report.time_real = 1'767'323'045'123'456'789;
    report.comm = "a";
    report.pid = 42;
    return report;
}

json ecs(const Record& record, std::size_t max_line = 0) {
    return json::parse(EcsEncoder({.origin = origin, .max_line = max_line}).encode(record, now));
}

json otel(const Record& record, std::size_t max_line = 0) {
    return json::parse(OtelEncoder({.origin = origin, .max_line = max_line}).encode(record, now));
}

TEST(Ecs, HasAReportUnderItsNames) {
    const auto line = ecs(sample());

    EXPECT_EQ(line["@timestamp"], "2026-01-02T03:04:05.123456789Z");
    EXPECT_EQ(line["message"], "KASAN: use-after-free Read in f");
    EXPECT_EQ(line["event"]["sequence"], 7);
    EXPECT_EQ(line["event"]["kind"], "event");
    EXPECT_EQ(line["event"]["id"], "0x0000000000000abc:7");
    EXPECT_EQ(line["event"]["dataset"], "error_report.report");
    EXPECT_EQ(line["error"]["type"], "use-after-free");
    EXPECT_EQ(line["error"]["stack_trace"], sample().text);
    EXPECT_EQ(line["host"]["os"]["kernel"], "6.12.0");
    EXPECT_EQ(line["process"]["thread"]["name"], "a");
    EXPECT_EQ(line["log"]["level"], "error");
    EXPECT_EQ(line["error_report"]["report"]["access"]["size"], 8);
}

TEST(Ecs, HasWhatIsSaidAboutTheStream) {
    const auto line = ecs(Lost{{3, 5, 1, 0xabc}, 9});

    EXPECT_EQ(line["event"]["kind"], "state");
    EXPECT_EQ(line["event"]["dataset"], "error_report.lost");
    EXPECT_EQ(line["error_report"]["from"], 3);
}

// The value of an attribute of the only record, or null.
json attribute(const json& line, const std::string& key) {
    for (const auto& one : line["resourceLogs"][0]["scopeLogs"][0]["logRecords"][0]["attributes"])
        if (one["key"] == key)
            return one["value"];
    return nullptr;
}

TEST(Otel, IsAnExportRequest) {
    const auto line = otel(sample());
    const auto& record = line["resourceLogs"][0]["scopeLogs"][0]["logRecords"][0];

    EXPECT_EQ(record["timeUnixNano"], "1767323045123456789");
    EXPECT_EQ(record["severityNumber"], 17);
    EXPECT_EQ(record["eventName"], "error_report.report");
    EXPECT_EQ(record["body"], json({{"stringValue", "KASAN: use-after-free Read in f"}}));
    EXPECT_EQ(attribute(line, "thread.id"), json({{"intValue", "42"}}));
    EXPECT_EQ(attribute(line, "exception.type"), json({{"stringValue", "use-after-free"}}));
    EXPECT_EQ(attribute(line, "exception.stacktrace")["stringValue"], sample().text);
    EXPECT_TRUE(attribute(line, "error_report.report")["kvlistValue"]["values"].is_array());
}

TEST(Otel, DescribesTheMachineOnce) {
    const auto line = otel(sample());
    std::set<std::string> keys;
    for (const auto& one : line["resourceLogs"][0]["resource"]["attributes"])
        keys.insert(one["key"]);

    EXPECT_THAT(keys, IsSupersetOf({"service.name", "os.type", "os.version", "host.name"}));
    EXPECT_TRUE(attribute(line, "host.name").is_null());
}

TEST(Otel, HasTheTimeOfTheLineForWhatHasNoneOfItsOwn) {
    const auto line = otel(Start{0xabc, 9, 10, "0.1.0", "0.1.1"});
    const auto& record = line["resourceLogs"][0]["scopeLogs"][0]["logRecords"][0];

    EXPECT_EQ(record["timeUnixNano"], std::to_string(now));
    EXPECT_EQ(record["severityText"], "INFO");
}

TEST(FormatLimit, CutsTheText) {
    auto report = sample();
    for (int i = 0; i < 2000; ++i)
        report.text += " frame_" + std::to_string(i) + "+0x1/0x2\n";
    for (const std::size_t limit : {4096U, 30720U}) {
        const EncoderOptions options{.origin = origin, .max_line = limit};

        EXPECT_THAT(EcsEncoder(options).encode(report, now), SizeIs(Le(limit)));
        EXPECT_THAT(OtelEncoder(options).encode(report, now), SizeIs(Le(limit)));
    }
    EXPECT_EQ(ecs(report, 4096)["error_report"]["flags"], json({"line_limit"}));
}

TEST(FormatText, IsLeftOutOnDemand) {
    const EncoderOptions options{.origin = origin, .with_text = false};

    const auto line = json::parse(EcsEncoder(options).encode(sample(), now));

    EXPECT_FALSE(line["error"].contains("stack_trace"));
    EXPECT_EQ(line["error"]["message"], "KASAN: use-after-free Read in f");
}

// A table's row in docs/formats.md, "| `seq` | `event.sequence` | `error_report.seq` |".
std::vector<std::string> cells_of(const std::string& row) {
    std::vector<std::string> cells;
    for (auto at = row.find('`'); at != std::string::npos; at = row.find('`', at + 1)) {
        const auto end = row.find('`', at + 1);
        cells.push_back(row.substr(at + 1, end - at - 1));
        at = end;
    }
    return cells;
}

TEST(FormatTable, OfTheDocumentationIsThatOfTheProgram) {
    std::ifstream document(ERROR_REPORT_DOCS "/formats.md");
    std::set<std::string> shown;
    for (std::string row; std::getline(document, row);) {
        const auto cells = cells_of(row);
        if (!row.starts_with("| `") || cells.size() != 3)
            continue;
        shown.insert(cells[0]);
        EXPECT_EQ(name_in(ecs_mapping(), cells[0]), cells[1]);
        // Time is a field of a record, no attribute.
        if (cells[0] != "time") {
            EXPECT_EQ(name_in(otel_mapping(), cells[0]), cells[2]);
        }
    }
    for (const auto& mapping : {ecs_mapping(), otel_mapping()})
        for (const auto& row : mapping)
            EXPECT_EQ(shown.count(std::string(row.ours)), 1) << row.ours;
}

} // namespace
} // namespace error_report
