// SPDX-License-Identifier: MIT
#include "report/decode.h"

#include "wire.h"

#include <algorithm>
#include <array>
#include <gmock/gmock.h>
#include <memory>
#include <string>

namespace error_report {
namespace {

using test::loss_wire;
using test::report_wire;
using test::status_wire;
using test::Wire;
using testing::HasSubstr;

// Attributes of a report whose one attribute is replaced.
Wire report_with(int type, auto write) {
    auto wire = report_wire(type);
    write(wire);
    return wire;
}

std::string refusal_of(const Wire& wire) {
    const auto report = decode_report(wire.bytes());
    return report ? "decoded" : report.error().message;
}

TEST(DecodeReport, TakesEveryAttribute) {
    const Report expected{
        .seq = 7,
        .instance = 0x0123456789abcdef,
        .tool = "kfence",
        .id = 0xffff888012345678,
        .text = "BUG: KFENCE: use-after-free read\nline two",
        .text_bytes = 41,
        .flags = 0,
        .time_real = 1'767'323'045'123'456'789,
        .time_boot = 12'345'678'901,
        .cpu = 1,
        .pid = 42,
        .comm = "bash",
        .context = ERROR_REPORT_CONTEXT_SOFTIRQ};

    const auto report = decode_report(report_wire().bytes());

    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(*report, expected);
}

TEST(DecodeReport, LeavesIdOutWhereTheKernelDoes) {
    const auto report = decode_report(report_wire(ERROR_REPORT_A_ID).bytes());

    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->id, std::nullopt);
}

struct Promised {
    int attribute;
    const char* name;
};

class DecodeReportWithout : public testing::TestWithParam<Promised> {};

TEST_P(DecodeReportWithout, NamesTheMissingAttribute) {
    const auto [attribute, name] = GetParam();

    EXPECT_EQ(
        refusal_of(report_wire(attribute)), std::string("the kernel's report has no ") + name);
}

INSTANTIATE_TEST_SUITE_P(
    Every, DecodeReportWithout,
    testing::Values(
        Promised{ERROR_REPORT_A_SEQ, "SEQ"}, Promised{ERROR_REPORT_A_INSTANCE, "INSTANCE"},
        Promised{ERROR_REPORT_A_TOOL, "TOOL"}, Promised{ERROR_REPORT_A_TEXT, "TEXT"},
        Promised{ERROR_REPORT_A_TEXT_LEN, "TEXT_LEN"}, Promised{ERROR_REPORT_A_FLAGS, "FLAGS"},
        Promised{ERROR_REPORT_A_TIME_REAL, "TIME_REAL"},
        Promised{ERROR_REPORT_A_TIME_BOOT, "TIME_BOOT"}, Promised{ERROR_REPORT_A_CPU, "CPU"},
        Promised{ERROR_REPORT_A_PID, "PID"}, Promised{ERROR_REPORT_A_COMM, "COMM"},
        Promised{ERROR_REPORT_A_CONTEXT, "CONTEXT"}),
    [](const auto& row) { return row.param.name; });

class DecodeReportOfWrongSize : public testing::TestWithParam<int> {};

TEST_P(DecodeReportOfWrongSize, IsRefused) {
    const auto wire = report_with(GetParam(), [](Wire& w) { w.characters(GetParam(), "12345"); });

    EXPECT_THAT(refusal_of(wire), HasSubstr("has 5 bytes instead of"));
}

INSTANTIATE_TEST_SUITE_P(
    Numbers, DecodeReportOfWrongSize,
    testing::Values(
        ERROR_REPORT_A_SEQ, ERROR_REPORT_A_INSTANCE, ERROR_REPORT_A_ID, ERROR_REPORT_A_TEXT_LEN,
        ERROR_REPORT_A_FLAGS, ERROR_REPORT_A_TIME_REAL, ERROR_REPORT_A_TIME_BOOT,
        ERROR_REPORT_A_CPU, ERROR_REPORT_A_PID, ERROR_REPORT_A_CONTEXT));

class DecodeReportString : public testing::TestWithParam<int> {};

TEST_P(DecodeReportString, IsRefusedWithoutItsTerminator) {
    const auto wire = report_with(GetParam(), [](Wire& w) { w.characters(GetParam(), "abc"); });

    EXPECT_THAT(refusal_of(wire), HasSubstr("is not terminated"));
}

TEST_P(DecodeReportString, IsRefusedWithoutAnyByte) {
    const auto wire = report_with(GetParam(), [](Wire& w) { w.characters(GetParam(), ""); });

    EXPECT_THAT(refusal_of(wire), HasSubstr("is not terminated"));
}

INSTANTIATE_TEST_SUITE_P(
    Every, DecodeReportString,
    testing::Values(ERROR_REPORT_A_TOOL, ERROR_REPORT_A_TEXT, ERROR_REPORT_A_COMM));

TEST(DecodeReport, KeepsNulsWithinTheText) {
    const auto wire = report_with(ERROR_REPORT_A_TEXT, [](Wire& w) {
        w.string(ERROR_REPORT_A_TEXT, std::string_view("a\0b", 3));
    });

    EXPECT_EQ(decode_report(wire.bytes())->text, std::string("a\0b", 3));
}

TEST(DecodeReport, RefusesNamesWithoutMeasure) {
    const auto wire = report_with(ERROR_REPORT_A_COMM, [](Wire& w) {
        w.string(ERROR_REPORT_A_COMM, std::string(longest_name + 1, 'x'));
    });

    EXPECT_EQ(refusal_of(wire), "the kernel's report: COMM has 65 bytes, more than 64");
}

TEST(DecodeReport, SkipsUnknownAttributesAndPadding) {
    auto wire = Wire().u32(ERROR_REPORT_A_PAD, 0).string(999, "from the future");
    wire.append(report_wire()).u64(ERROR_REPORT_A_MAX + 1, 1);

    EXPECT_EQ(refusal_of(wire), "decoded");
    EXPECT_EQ(*decode_report(wire.bytes()), *decode_report(report_wire().bytes()));
}

TEST(DecodeReport, KeepsUnknownFlagsAndContexts) {
    auto wire = report_wire();
    wire.u32(ERROR_REPORT_A_FLAGS, 0x8000'0001).u32(ERROR_REPORT_A_CONTEXT, 7);

    const auto report = decode_report(wire.bytes());

    EXPECT_EQ(report->flags, 0x8000'0001);
    EXPECT_EQ(report->context, 7);
}

TEST(DecodeReport, RefusesNumbersThatReadersWouldRound) {
    const auto with_seq = [](std::uint64_t seq) {
        return report_with(ERROR_REPORT_A_SEQ, [&](Wire& w) { w.u64(ERROR_REPORT_A_SEQ, seq); });
    };

    EXPECT_EQ(refusal_of(with_seq(largest_integer)), "decoded");
    EXPECT_EQ(
        refusal_of(with_seq(largest_integer + 1)),
        "the kernel's report: SEQ is 9007199254740993, beyond 2^53");
    EXPECT_EQ(refusal_of(with_seq(0)), "the kernel's report: SEQ is 0");
}

TEST(DecodeReport, RefusesABootTimeThatReadersWouldRound) {
    const auto wire = report_with(ERROR_REPORT_A_TIME_BOOT, [](Wire& w) {
        w.u64(ERROR_REPORT_A_TIME_BOOT, (largest_integer + 1) * 1000);
    });

    EXPECT_EQ(refusal_of(wire), "the kernel's report: TIME_BOOT is beyond 2^53 microseconds");
}

// Each length gets an allocation of its own, so that AddressSanitizer sees a read beyond.
TEST(DecodeReport, RefusesARealMessageCutAnywhere) {
    const auto wire = report_wire();
    const auto whole = wire.bytes();
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const auto part = std::make_unique<std::byte[]>(length);
        std::ranges::copy(whole.first(length), part.get());
        EXPECT_FALSE(decode_report({part.get(), length})) << "cut at " << length;
    }
}

TEST(DecodeReport, RefusesAttributesOfImpossibleLength) {
    for (const auto length : std::to_array<std::uint16_t>({0, 3, 200})) {
        auto wire = report_wire();
        wire.raw(nlattr{length, ERROR_REPORT_A_SEQ});
        EXPECT_EQ(refusal_of(wire), "the kernel's report ends within an attribute") << length;
    }
}

TEST(DecodeLoss, TakesEveryAttribute) {
    const auto loss = decode_loss(loss_wire(3, 5).bytes());

    ASSERT_TRUE(loss) << loss.error().message;
    EXPECT_EQ(*loss, (Loss{3, 5, ERROR_REPORT_CAUSE_RING_FULL, 9}));
}

TEST(DecodeLoss, RefusesWhatIsNoRange) {
    EXPECT_EQ(
        decode_loss(loss_wire(5, 3).bytes()).error().message,
        "the kernel's loss notice: FIRST 5 and LAST 3 are no range");
    EXPECT_FALSE(decode_loss(loss_wire(0, 3).bytes()));
    EXPECT_FALSE(decode_loss({}));
}

TEST(DecodeStatus, TakesEveryAttribute) {
    const auto status = decode_status(status_wire().bytes());

    ASSERT_TRUE(status) << status.error().message;
    EXPECT_EQ(status->module_version, "0.1.0");
    EXPECT_EQ(status->ended, ERROR_REPORT_A_STATUS_ENDED);
    EXPECT_EQ(status->multicast_failed, ERROR_REPORT_A_STATUS_MULTICAST_FAILED);
    EXPECT_EQ(status->newest_seq, ERROR_REPORT_A_STATUS_NEWEST_SEQ);
    EXPECT_EQ(status->start_event, ERROR_REPORT_A_STATUS_START_EVENT);
}

TEST(DecodeStatus, KnowsAnEmptyRing) {
    EXPECT_EQ(
        decode_status(status_wire(ERROR_REPORT_A_STATUS_OLDEST_SEQ).bytes())->oldest_seq,
        std::nullopt);
}

TEST(DecodeStatus, NamesTheMissingAttribute) {
    EXPECT_EQ(
        decode_status(status_wire(ERROR_REPORT_A_STATUS_ENDED).bytes()).error().message,
        "the kernel's status has no ENDED");
}

} // namespace
} // namespace error_report
