// SPDX-License-Identifier: MIT
#include "encode/encoder.h"
#include "encoders.h"

#include <algorithm>
#include <cstdint>
#include <gmock/gmock.h>
#include <random>
#include <string>
#include <string_view>

namespace error_report {
namespace {

using namespace std::string_view_literals;

TEST(Formats, AreFoundByName) {
    for (const auto& format : formats())
        EXPECT_EQ(find_format(format.name), &format);
    EXPECT_EQ(find_format("xml"), nullptr);
}

TEST(Formats, KeepEachRecordInAFrameOfItsOwn) {
    for (const auto& format : formats())
        EXPECT_THAT(format.make({})->encode(Stop(), 0), testing::EndsWith("\n")) << format.name;
}

class Dice {
  public:
    std::uint64_t number(std::uint64_t most) {
        // Every magnitude is as likely as any other.
        const auto shift = std::uniform_int_distribution<unsigned>(0, 63)(engine_);
        return std::min(engine_() >> shift, most);
    }

    // Bytes of all kinds, many of them such that a format has to escape.
    std::string bytes(std::size_t most) {
        constexpr auto special = "\n\n\t\"\\=\x1b\0\x7f\xC3\xE2\x80\xAE\xF0\xFFxyz"sv;
        std::string result(number(most), '\0');
        for (auto& c : result)
            c = number(1) != 0 ? special[engine_() % special.size()]
                               : static_cast<char>(engine_() & 0xFFU);
        return result;
    }

    Report report() {
        Report report;
        report.seq = number(largest_integer);
        report.instance = engine_();
        report.tool = bytes(longest_name);
        if (number(1) != 0)
            report.id = engine_();
        report.text = bytes(65530);
        report.text_bytes = static_cast<std::uint32_t>(number(0xffffffff));
        report.flags = engine_();
        report.time_real = number(~std::uint64_t{0});
        report.time_boot = number(largest_integer);
        report.cpu = report.pid = report.context = static_cast<std::uint32_t>(engine_());
        report.comm = bytes(longest_name);
        return report;
    }

    Record meta() {
        const auto n = [&] { return number(largest_integer); };
        switch (number(5)) {
        case 0:
            return Start{engine_(), n(), n(), bytes(64), bytes(64)};
        case 1:
            return Lost{{n(), n(), engine_(), engine_()}, n()};
        case 2:
            return Resync{engine_(), n(), n(), n(), "overrun"};
        case 3:
            return FamilyDown{engine_(), n()};
        case 4:
            return FamilyUp{engine_(), n()};
        default:
            return Stop{engine_(), {}, n(), n(), bytes(64)};
        }
    }

  private:
    std::mt19937_64 engine_{20260102}; // always the same, so that a failure comes again
};

TEST(Formats, AreWholeWhateverTheRecordSays) {
    Dice dice;
    for (int i = 0; i < 25; ++i) {
        ASSERT_EQ(test::wrong_with_encoders(dice.report(), 0), "") << "report " << i;
        ASSERT_EQ(test::wrong_with_encoders(dice.meta(), dice.number(~std::uint64_t{0})), "")
            << "event " << i;
    }
}

} // namespace
} // namespace error_report
