// SPDX-License-Identifier: MIT
#include "cli/stream.h"

#include <gmock/gmock.h>
#include <string>
#include <vector>

namespace error_report {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class FakeSink final : public Sink {
  public:
    Result<void> write(std::string_view line) override {
        writes.emplace_back(line);
        return {};
    }

    [[nodiscard]] int poll_fd() const override { return -1; }

    [[nodiscard]] Error closed() const override { return {}; }

    std::vector<std::string> writes;
};

TEST(StreamTest, GivesTheSinkOneWriteALineWithTheTimeOfTheClock) {
    FakeSink sink;
    Stream stream(
        JsonEncoder({}, 0), sink, [] { return std::uint64_t{1'000'000'000}; }, nullptr);

    stream.begin(Start{});
    stream.take(Report{});
    stream.end(Stop{});

    EXPECT_THAT(
        sink.writes, ElementsAre(
                         testing::EndsWith("}\n"), HasSubstr(R"("event":"report")"),
                         HasSubstr(R"("time":"1970-01-01T00:00:01.000000000Z")")));
}

} // namespace
} // namespace error_report
