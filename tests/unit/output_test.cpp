// SPDX-License-Identifier: MIT
#include "cli/output.h"

#include <gmock/gmock.h>
#include <string>

namespace error_report {
namespace {

using testing::HasSubstr;

struct Row {
    const char* text;
    const char* format;
    const char* sink;
    const char* argument;
};

class OutputParsed : public testing::TestWithParam<Row> {};

TEST_P(OutputParsed, NamesFormatAndSink) {
    const auto output = parse_output(GetParam().text);

    ASSERT_TRUE(output) << output.error().message;
    EXPECT_EQ(output->format->name, GetParam().format);
    EXPECT_EQ(output->sink->name, GetParam().sink);
    EXPECT_EQ(output->argument, GetParam().argument);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, OutputParsed,
    testing::Values(
        Row{"stdout", "json", "stdout", ""}, Row{"text@stdout", "text", "stdout", ""},
        Row{"file:/var/log/x", "json", "file", "/var/log/x"},
        Row{"text@file:a@b:c", "text", "file", "a@b:c"}, Row{"unix:@name", "json", "unix", "@name"},
        Row{"journal@unix:/run/x", "journal", "unix", "/run/x"},
        Row{"journald", "journal", "journald", ""},
        Row{"journal@journald", "journal", "journald", ""}));

struct Wrong {
    const char* text;
    const char* message;
};

class OutputRefused : public testing::TestWithParam<Wrong> {};

TEST_P(OutputRefused, SaysWhatThereIs) {
    const auto output = parse_output(GetParam().text);

    ASSERT_FALSE(output);
    EXPECT_EQ(output.error().message, GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, OutputRefused,
    testing::Values(
        Wrong{"", "there is no sink ''; there are: stdout, file:PATH, unix:PATH, journald"},
        Wrong{
            "/var/log/x",
            "there is no sink '/var/log/x'; there are: stdout, file:PATH, unix:PATH, journald"},
        Wrong{"xml@stdout", "there is no format 'xml'; there are: json, text, ecs, otel, journal"},
        Wrong{"@stdout", "there is no format ''; there are: json, text, ecs, otel, journal"},
        Wrong{"file", "the sink is written file:PATH"},
        Wrong{"file:", "the sink is written file:PATH"},
        Wrong{"stdout:x", "the sink is written stdout"},
        Wrong{"json@journald", "the sink journald takes no format but journal"}));

TEST(OutputHelp, HasEachFormatAndSink) {
    const auto help = outputs_help();

    for (const auto& format : formats())
        EXPECT_THAT(help, HasSubstr(std::string(format.name)));
    for (const auto& sink : sinks())
        EXPECT_THAT(help, HasSubstr(std::string(sink.description)));
}

TEST(Sinks, HaveADefaultFormatThatThereIs) {
    for (const auto& sink : sinks())
        EXPECT_NE(find_format(sink.default_format), nullptr) << sink.name;
}

TEST(Sinks, OpenWhatWasParsed) {
    const auto output = parse_output("file:/dev/null");

    const auto sink = output->sink->open(output->argument, {});

    ASSERT_TRUE(sink) << sink.error().message;
    EXPECT_TRUE((*sink)->write("line\n"));
}

} // namespace
} // namespace error_report
