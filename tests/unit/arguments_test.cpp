// SPDX-License-Identifier: MIT
#include "cli/arguments.h"

#include "cli/exit_code.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>

namespace error_report {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;
using Words = std::vector<std::string>;

Invocation invocation_of(const Words& words) {
    const auto parsed = parse_arguments(words);
    const auto* notice = std::get_if<Notice>(&parsed);
    if (notice != nullptr)
        ADD_FAILURE() << notice->to_stdout << notice->to_stderr;
    return notice != nullptr ? Invocation{&status_command, {}} : std::get<Invocation>(parsed);
}

Notice notice_of(const Words& words) {
    const auto parsed = parse_arguments(words);
    const auto* notice = std::get_if<Notice>(&parsed);
    return notice != nullptr ? *notice : Notice{-1, {}, "it was taken"};
}

TEST(Arguments, OfListenHaveDefaults) {
    const auto [command, options] = invocation_of({"listen"});

    EXPECT_EQ(command, &listen_command);
    EXPECT_FALSE(options.backlog);
    EXPECT_EQ(options.count, std::nullopt);
    EXPECT_EQ(options.max_line, 30U * 1024);
}

TEST(Arguments, OfListen) {
    const auto options =
        invocation_of({"listen", "--backlog", "--count", "3", "--max-line", "8192"}).options;

    EXPECT_TRUE(options.backlog);
    EXPECT_EQ(options.count, 3U);
    EXPECT_EQ(options.max_line, 8192U);
}

TEST(Arguments, OfAWindowHaveAUnitOrAreSeconds) {
    const auto window_of = [](const char* text) {
        return invocation_of({"listen", "--dedup", text}).options.dedup;
    };

    EXPECT_EQ(invocation_of({"listen"}).options.dedup, std::nullopt);
    EXPECT_EQ(window_of("90"), 90U);
    EXPECT_EQ(window_of("90s"), 90U);
    EXPECT_EQ(window_of("10m"), 600U);
    EXPECT_EQ(window_of("2h"), 7200U);
    EXPECT_EQ(window_of("1d"), 86400U);
}

TEST(Arguments, OfList) {
    const auto [command, options] =
        invocation_of({"list", "--json", "--from", "7", "--max-line=0", "--utc"});

    EXPECT_EQ(command, &list_command);
    EXPECT_TRUE(options.json);
    EXPECT_TRUE(options.utc);
    EXPECT_EQ(options.from, 7U);
    EXPECT_EQ(options.max_line, 0U);
}

TEST(Arguments, OfShow) {
    const auto [command, options] = invocation_of({"show", "12", "--json"});

    EXPECT_EQ(command, &show_command);
    EXPECT_EQ(options.seq, 12U);
    EXPECT_TRUE(options.json);
}

TEST(Arguments, OfStatus) {
    const auto [command, options] = invocation_of({"status"});

    EXPECT_EQ(command, &status_command);
    EXPECT_FALSE(options.check);
}

TEST(Arguments, OfStatusForMonitoring) {
    const auto options =
        invocation_of({"status", "--check", "--warning", "0", "--critical=7"}).options;

    EXPECT_TRUE(options.check);
    EXPECT_EQ(options.thresholds.warning, 0U);
    EXPECT_EQ(options.thresholds.critical, 7U);
}

TEST(Arguments, OfRecord) {
    const auto [command, options] =
        invocation_of({"record", "reports.pcap", "--backlog", "--count=3"});

    EXPECT_EQ(command, &record_command);
    EXPECT_EQ(options.file, "reports.pcap");
    EXPECT_TRUE(options.backlog);
    EXPECT_EQ(options.count, 3U);
}

class WrongUsage : public testing::TestWithParam<Words> {};

TEST_P(WrongUsage, IsOneSentenceOnStderr) {
    const auto notice = notice_of(GetParam());

    EXPECT_EQ(notice.exit_code, 2);
    EXPECT_EQ(notice.to_stdout, "");
    EXPECT_THAT(notice.to_stderr, StartsWith("error-report: "));
    EXPECT_THAT(notice.to_stderr, EndsWith("(see error-report --help)\n"));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, WrongUsage,
    testing::Values(
        Words{}, Words{"bogus"}, Words{"--bogus"}, Words{"list", "show"}, Words{"list", "7"},
        Words{"show"}, Words{"show", "0"}, Words{"show", "-1"}, Words{"show", "x"},
        Words{"show", "9007199254740993"}, Words{"show", "1", "2"}, Words{"list", "--from", "0"},
        Words{"listen", "--count", "0"}, Words{"listen", "--count"}, Words{"listen", "--json"},
        Words{"listen", "--max-line", "4095"}, Words{"listen", "--max-line", "-1"},
        Words{"listen", "--max-line", "many"}, Words{"listen", "--dedup", "0"},
        Words{"listen", "--dedup", "10y"}, Words{"listen", "--dedup", "-1"},
        Words{"listen", "--dedup", "400d"}, Words{"status", "--utc"},
        Words{"status", "--check", "--json"}, Words{"status", "--warning", "1"},
        Words{"status", "--critical", "1"}, Words{"status", "--check", "--warning", "-1"}));

TEST(Arguments, ThatAreUnknownAreNamed) {
    EXPECT_THAT(notice_of({"bogus"}).to_stderr, HasSubstr("unknown argument: bogus"));
}

class Help : public testing::TestWithParam<Words> {};

TEST_P(Help, ListsTheExitCodes) {
    const auto notice = notice_of(GetParam());

    EXPECT_EQ(notice.exit_code, 0);
    EXPECT_THAT(notice.to_stdout, HasSubstr("Exit codes:\n  0  success\n  1  failure"));
    EXPECT_THAT(notice.to_stdout, HasSubstr("\n  5  no such report"));
}

TEST(Arguments, OfStatusHaveTheExitCodesOfMonitoringInTheirHelp) {
    EXPECT_THAT(
        notice_of({"status", "--help"}).to_stdout,
        HasSubstr("\nExit codes with --check, as of monitoring plugins:\n  0  OK\n"));
}

INSTANTIATE_TEST_SUITE_P(
    Everywhere, Help,
    testing::Values(
        Words{"--help"}, Words{"-h"}, Words{"listen", "--help"}, Words{"list", "--help"},
        Words{"show", "--help"}, Words{"status", "--help"}));

class Version : public testing::TestWithParam<Words> {};

TEST_P(Version, IsOnStdout) {
    const auto notice = notice_of(GetParam());

    EXPECT_EQ(notice.exit_code, 0);
    EXPECT_THAT(notice.to_stdout, testing::MatchesRegex("error-report [0-9.]+\n"));
}

INSTANTIATE_TEST_SUITE_P(
    Everywhere, Version,
    testing::Values(
        Words{"--version"}, Words{"listen", "--version"}, Words{"list", "--version"},
        Words{"show", "--version"}, Words{"status", "--version"}));

TEST(ExitCodes, AreThoseThatTheManualPromises) {
    EXPECT_EQ(exit_code(ErrorKind::failure), 1);
    EXPECT_EQ(exit_code(ErrorKind::not_loaded), 3);
    EXPECT_EQ(exit_code(ErrorKind::privilege), 4);
    EXPECT_EQ(exit_code(ErrorKind::no_such_report), 5);
}

} // namespace
} // namespace error_report
