// SPDX-License-Identifier: MIT
#include "sink/descriptor.h"

#include <array>
#include <csignal>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <string>
#include <thread>
#include <unistd.h>

namespace error_report {
namespace {

using testing::HasSubstr;

class DescriptorTest : public testing::Test {
  protected:
    void SetUp() override {
        std::signal(SIGPIPE, SIG_IGN);
        ASSERT_EQ(pipe2(ends_.data(), O_CLOEXEC), 0);
    }

    void TearDown() override {
        close_end(0);
        close_end(1);
    }

    void close_end(std::size_t end) {
        if (ends_[end] >= 0)
            close(ends_[end]);
        ends_[end] = -1;
    }

    // What comes until the writing end is closed.
    std::string read_all() {
        std::string result;
        std::array<char, 4096> part{};
        for (ssize_t got = 0; (got = read(ends_[0], part.data(), part.size())) > 0;)
            result.append(part.data(), static_cast<std::size_t>(got));
        return result;
    }

    std::array<int, 2> ends_{-1, -1};
};

TEST_F(DescriptorTest, TakesALine) {
    Descriptor sink(ends_[1], "the pipe");

    ASSERT_TRUE(sink.write("line\n"));
    close_end(1);

    EXPECT_EQ(read_all(), "line\n");
}

// A pipe that does not block takes what fits: write(2) falls short, then says EAGAIN.
TEST_F(DescriptorTest, GoesOnWhereTheWriteFellShort) {
    ASSERT_EQ(fcntl(ends_[1], F_SETFL, O_NONBLOCK), 0);
    const std::string line = std::string(300'000, 'x') + '\n';
    std::string got;
    std::thread reader([&] { got = read_all(); });

    const auto written = Descriptor(ends_[1], "the pipe").write(line);
    close_end(1);
    reader.join();

    EXPECT_TRUE(written);
    EXPECT_TRUE(got == line);
}

TEST_F(DescriptorTest, SaysThatTheReaderIsGone) {
    Descriptor sink(ends_[1], "the pipe");
    close_end(0);

    const auto written = sink.write("line\n");

    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().message, "the pipe was closed by its reader");
}

TEST_F(DescriptorTest, ShowsToPollThatTheReaderIsGone) {
    const Descriptor sink(ends_[1], "the pipe");
    close_end(0);
    pollfd waiting{.fd = sink.poll_fd(), .events = 0, .revents = 0};

    EXPECT_EQ(poll(&waiting, 1, 0), 1);
    EXPECT_NE(waiting.revents & POLLERR, 0);
}

TEST(DescriptorErrors, SayWhatFailed) {
    const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    const auto written = Descriptor(full, "the disk").write("line\n");
    close(full);

    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().message, "cannot write to the disk: No space left on device");
}

} // namespace
} // namespace error_report
