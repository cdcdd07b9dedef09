// SPDX-License-Identifier: MIT
#include "sink/stdout.h"

#include <array>
#include <csignal>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <string>
#include <sys/mman.h>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>

namespace error_report {
namespace {

class StdoutTest : public testing::Test {
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

TEST_F(StdoutTest, TakesALine) {
    StdoutSink sink(ends_[1]);

    ASSERT_TRUE(sink.write("line\n"));
    close_end(1);

    EXPECT_EQ(read_all(), "line\n");
}

// A pipe that does not block takes what fits: write(2) falls short, then says EAGAIN.
TEST_F(StdoutTest, GoesOnWhereTheWriteFellShort) {
    ASSERT_EQ(fcntl(ends_[1], F_SETFL, O_NONBLOCK), 0);
    const std::string line = std::string(300'000, 'x') + '\n';
    std::string got;
    std::thread reader([&] { got = read_all(); });

    const auto written = StdoutSink(ends_[1]).write(line);
    close_end(1);
    reader.join();

    EXPECT_TRUE(written);
    EXPECT_TRUE(got == line);
}

TEST_F(StdoutTest, SaysThatTheReaderIsGone) {
    StdoutSink sink(ends_[1]);
    close_end(0);

    const auto written = sink.write("line\n");

    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().kind, SinkError::Kind::dead);
    EXPECT_EQ(written.error().message, "standard output was closed by its reader");
}

TEST_F(StdoutTest, ShowsToPollThatTheReaderIsGone) {
    const StdoutSink sink(ends_[1]);
    close_end(0);
    pollfd waiting{.fd = sink.hangup_fd(), .events = 0, .revents = 0};

    EXPECT_EQ(poll(&waiting, 1, 0), 1);
    EXPECT_NE(waiting.revents & POLLERR, 0);
}

// What a full disk took of a line is not written twice.
TEST(StdoutErrors, AreFollowedByTheRestOfTheLine) {
    std::signal(SIGXFSZ, SIG_IGN);
    const int file = memfd_create("out", MFD_CLOEXEC);
    rlimit old{};
    getrlimit(RLIMIT_FSIZE, &old);
    const rlimit small{.rlim_cur = 4, .rlim_max = old.rlim_max};
    StdoutSink sink(file);

    setrlimit(RLIMIT_FSIZE, &small);
    const auto cut = sink.write("line one\n");
    setrlimit(RLIMIT_FSIZE, &old);
    const auto whole = sink.write("line one\n");

    std::array<char, 64> text{};
    const auto size = pread(file, text.data(), text.size(), 0);
    close(file);
    ASSERT_FALSE(cut);
    EXPECT_EQ(cut.error().kind, SinkError::Kind::retry);
    EXPECT_EQ(cut.error().message, "cannot write to standard output: File too large");
    ASSERT_TRUE(whole);
    EXPECT_EQ(std::string(text.data(), static_cast<std::size_t>(size)), "line one\n");
}

TEST(StdoutErrors, OfAFullDiskCanPass) {
    const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    const auto written = StdoutSink(full).write("line\n");
    close(full);

    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().kind, SinkError::Kind::retry);
    EXPECT_EQ(written.error().message, "cannot write to standard output: No space left on device");
}

TEST(StdoutErrors, AreFinalWhereItIsNotForWriting) {
    const int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    const auto written = StdoutSink(null).write("line\n");
    close(null);

    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().kind, SinkError::Kind::dead);
}

} // namespace
} // namespace error_report
