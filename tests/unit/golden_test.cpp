// SPDX-License-Identifier: MIT
// The reports of the project's own guests: each log of tests/golden gives the lines beside it.
// scripts/golden writes them anew.
#include "encode/found.h"
#include "found_reports.h"
#include "parse/parse.h"
#include "parse/redact.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace error_report {
namespace {

using testing::ContainsRegex;
using testing::Ge;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

std::string content(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::filesystem::path> logs() {
    std::vector<std::filesystem::path> result;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(ERROR_REPORT_GOLDEN))
        if (entry.path().extension() == ".log")
            result.push_back(entry.path());
    std::ranges::sort(result);
    return result;
}

std::vector<FoundReport> reports_in(const std::filesystem::path& log) {
    return test::reports_in(content(log));
}

std::string parsed(const std::filesystem::path& log) {
    std::string lines;
    for (const auto& found : reports_in(log))
        lines += json_of(found, parse_report(found), log.filename().string(), 0);
    return lines;
}

class Golden : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(Golden, LogGivesTheseLines) {
    auto expected = GetParam();
    EXPECT_EQ(parsed(GetParam()), content(expected.replace_extension(".json")));
}

// As the kernel module delivers them.
TEST_P(Golden, ReportsOfALogAreTheSameByTheirTextAlone) {
    for (const auto& found : reports_in(GetParam()))
        EXPECT_EQ(
            json_of(found, parse_report(found), "log", 0),
            json_of(found, parse_report(found.text), "log", 0));
}

// A fingerprint has the digits of an address, but is a hash of words.
std::string without(std::string line, const std::string& fingerprint) {
    if (const auto at = line.find(fingerprint); at != std::string::npos)
        line.erase(at, fingerprint.size());
    return line;
}

TEST_P(Golden, LogRedactedTellsTheSameBugAndNoTaskOrAddress) {
    for (auto found : reports_in(GetParam())) {
        const auto before = parse_report(found);
        redact(found);
        const auto after = parse_report(found);

        EXPECT_EQ(after.title, before.title);
        EXPECT_EQ(after.fingerprint, before.fingerprint);
        // The text, and each field that is told from it.
        const auto line = without(json_of(found, after, "log", 0), after.fingerprint);
        EXPECT_THAT(line, Not(ContainsRegex("[0-9a-fA-F]{16}")));
        // What runs there, and in it.
        for (const auto* comm : {"golden-guest", "kworker", "swapper"})
            EXPECT_THAT(line, Not(HasSubstr(comm)));
    }
}

INSTANTIATE_TEST_SUITE_P(Logs, Golden, testing::ValuesIn(logs()), [](const auto& row) {
    auto name = (row.param.parent_path().filename() / row.param.stem()).string();
    std::ranges::replace_if(
        name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
    return name;
});

// A log's name. By tags KASAN may not know whose the memory was, where by shadow it does; and of
// an asynchronous fault nobody knows anything.
std::string kind_of(const std::filesystem::path& log, const FoundReport& report) {
    const auto has = [&](const char* words) {
        return report.text.find(words) != std::string::npos;
    };
    if (has("Asynchronous fault"))
        return "asynchronous";
    return log.stem().string() + (has("invalid-access") ? " by tags" : "");
}

// By kind: that of a log's first report, which it has in each kernel.
std::map<std::string, std::set<std::string>> fingerprints() {
    std::map<std::string, std::set<std::string>> result;
    for (const auto& log : logs())
        if (const auto found = reports_in(log); !found.empty())
            result[kind_of(log, found.front())].insert(
                parse_report(found.front().text).fingerprint);
    return result;
}

TEST(GoldenFingerprint, IsOneForTheSameErrorInEveryKernel) {
    for (const auto& [kind, values] : fingerprints())
        EXPECT_THAT(values, SizeIs(1)) << kind;
}

TEST(GoldenFingerprint, DiffersForEachOfTwentyErrors) {
    const auto all = fingerprints();
    std::set<std::string> different;
    for (const auto& [kind, values] : all)
        different.insert(values.begin(), values.end());

    EXPECT_THAT(all, SizeIs(Ge(20)));
    EXPECT_THAT(different, SizeIs(all.size()));
}

} // namespace
} // namespace error_report
