// SPDX-License-Identifier: MIT
#include "sink/unix_socket.h"

#include "temporary_folder.h"
#include "unix_listener.h"

#include <csignal>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <optional>
#include <string>
#include <sys/socket.h>
#include <thread>

namespace error_report {
namespace {

using test::receive;
using test::UnixListener;
using testing::HasSubstr;

class UnixTest : public testing::Test {
  protected:
    void SetUp() override { std::signal(SIGPIPE, SIG_IGN); }

    [[nodiscard]] std::unique_ptr<Sink> open() const {
        auto sink = UnixSink::open(path_);
        EXPECT_TRUE(sink) << sink.error().message;
        return std::move(*sink);
    }

    test::TemporaryFolder folder_;
    std::string path_ = folder_ / "socket";
};

TEST_F(UnixTest, SpeaksStream) {
    const UnixListener listener(path_, SOCK_STREAM);
    const auto sink = open();

    ASSERT_TRUE(sink->write("one\n"));
    ASSERT_TRUE(sink->write("two\n"));

    EXPECT_EQ(receive(listener.accept().fd()), "one\ntwo\n");
}

TEST_F(UnixTest, SpeaksDatagram) {
    const UnixListener listener(path_, SOCK_DGRAM);
    const auto sink = open();

    ASSERT_TRUE(sink->write("one\n"));
    ASSERT_TRUE(sink->write("two\n"));

    EXPECT_EQ(receive(listener.fd()), "one\n");
    EXPECT_EQ(receive(listener.fd()), "two\n");
}

TEST_F(UnixTest, KnowsAbstractNames) {
    path_ = fmt::format("@error-report-{}", getpid());
    const UnixListener listener(path_, SOCK_DGRAM);

    ASSERT_TRUE(open()->write("one\n"));

    EXPECT_EQ(receive(listener.fd()), "one\n");
}

TEST_F(UnixTest, WaitsForSomebodyToListen) {
    const auto sink = open();

    const auto missing = sink->write("one\n");
    const UnixListener listener(path_, SOCK_STREAM);
    const auto written = sink->write("one\n");

    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().kind, SinkError::Kind::retry);
    EXPECT_EQ(
        missing.error().message, "cannot connect to " + path_ + ": No such file or directory");
    ASSERT_TRUE(written);
    EXPECT_EQ(receive(listener.accept().fd()), "one\n");
}

TEST_F(UnixTest, SaysThatNobodyListensAnyMore) {
    std::optional<UnixListener> listener(std::in_place, path_, SOCK_STREAM);
    const auto sink = open();
    listener.reset();

    const auto written = sink->write("one\n");

    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().message, "cannot connect to " + path_ + ": Connection refused");
}

class UnixRestart : public UnixTest, public testing::WithParamInterface<int> {};

TEST_P(UnixRestart, OfTheListenerLosesNothingThatComesAfter) {
    std::optional<UnixListener> listener(std::in_place, path_, SOCK_DGRAM);
    const auto sink = open();
    ASSERT_TRUE(sink->write("one\n"));
    listener.reset();

    // It may even speak the other way.
    listener.emplace(path_, GetParam());
    ASSERT_TRUE(sink->write("two\n"));

    EXPECT_EQ(
        receive(GetParam() == SOCK_STREAM ? listener->accept().fd() : listener->fd()), "two\n");
}

INSTANTIATE_TEST_SUITE_P(Types, UnixRestart, testing::Values(SOCK_STREAM, SOCK_DGRAM));

TEST_F(UnixTest, SendsAHalfSentLineToTheNextReaderWhole) {
    const std::string line = std::string(2'000'000, 'x') + '\n';
    const UnixListener listener(path_, SOCK_STREAM);
    auto sink = open();
    std::string first;
    std::string second;
    std::thread reader([&] {
        first = receive(listener.accept().fd(), 0);
        const auto next = listener.accept();
        for (std::string part; !(part = receive(next.fd(), 0)).empty();)
            second += part;
    });

    const auto written = sink->write(line);
    sink.reset();
    reader.join();

    EXPECT_TRUE(written);
    EXPECT_LT(first.size(), line.size());
    EXPECT_TRUE(second == line);
}

TEST_F(UnixTest, RefusesADatagramThatCannotBeSent) {
    const UnixListener listener(path_, SOCK_DGRAM);
    const auto sink = open();

    const auto written = sink->write(std::string(10'000'000, 'x'));

    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().kind, SinkError::Kind::refused);
    EXPECT_THAT(written.error().message, HasSubstr("takes no datagram of 10000000 bytes"));
    EXPECT_THAT(written.error().message, HasSubstr("--max-line"));
    ASSERT_TRUE(sink->write("next\n"));
    EXPECT_EQ(receive(listener.fd()), "next\n");
}

TEST_F(UnixTest, SaysThatAPathIsTooLong) {
    const auto sink = UnixSink::open(std::string(200, 'x'));

    ASSERT_FALSE(sink);
    EXPECT_THAT(sink.error().message, HasSubstr("longer than 107 bytes"));
}

} // namespace
} // namespace error_report
