// SPDX-License-Identifier: MIT
#include "sink/journald.h"

#include "encode/journal.h"
#include "journal_frame.h"
#include "temporary_folder.h"
#include "unix_listener.h"

#include <array>
#include <cstring>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <optional>
#include <string>
#include <sys/socket.h>
#include <sys/stat.h>

namespace error_report {
namespace {

using test::receive;
using test::UnixListener;

class JournaldTest : public testing::Test {
  protected:
    [[nodiscard]] std::unique_ptr<Sink> open() const {
        auto sink = JournaldSink::open(path_);
        EXPECT_TRUE(sink) << sink.error().message;
        return std::move(*sink);
    }

    test::TemporaryFolder folder_;
    std::string path_ = folder_ / "socket";
};

// The file that came with an empty datagram, as journald takes it.
FileDescriptor receive_file(int socket) {
    std::array<char, CMSG_SPACE(sizeof(int))> control{};
    char byte = 0;
    iovec part{.iov_base = &byte, .iov_len = 1};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    EXPECT_EQ(recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC), 0);
    const auto* header = CMSG_FIRSTHDR(&message);
    if (header == nullptr || header->cmsg_type != SCM_RIGHTS)
        return FileDescriptor();
    int file = -1;
    std::memcpy(&file, CMSG_DATA(header), sizeof(file));
    return FileDescriptor(file);
}

std::string content_of(int file) {
    struct stat status {};

    EXPECT_EQ(fstat(file, &status), 0);
    std::string content(static_cast<std::size_t>(status.st_size), '\0');
    EXPECT_EQ(pread(file, content.data(), content.size(), 0), status.st_size);
    return content;
}

TEST_F(JournaldTest, SendsAnEntryAsADatagram) {
    const UnixListener journald(path_, SOCK_DGRAM);
    const auto entry = JournalEncoder({}).encode(Stop{.reason = "SIGTERM"}, 0);

    ASSERT_TRUE(open()->write(entry));

    const auto fields = test::parse_journal(receive(journald.fd()));
    ASSERT_TRUE(fields);
    EXPECT_EQ(fields->find("ERROR_REPORT_REASON")->second, "SIGTERM");
}

TEST_F(JournaldTest, PassesALargeEntryAsASealedFile) {
    const UnixListener journald(path_, SOCK_DGRAM);
    Report report;
    report.text = std::string(5'000'000, 'x');
    const auto entry = JournalEncoder({}).encode(report, 0);

    ASSERT_TRUE(open()->write(entry));

    const auto file = receive_file(journald.fd());
    ASSERT_TRUE(file);
    EXPECT_EQ(
        fcntl(file.fd(), F_GET_SEALS), F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
    EXPECT_TRUE(content_of(file.fd()) == entry);
}

TEST_F(JournaldTest, WaitsForJournaldToComeBack) {
    std::optional<UnixListener> journald;
    const auto sink = open();

    const auto missing = sink->write("A=1\n");
    journald.emplace(path_, SOCK_DGRAM);
    ASSERT_TRUE(sink->write("A=1\n"));
    journald.reset();
    const auto gone = sink->write("A=2\n");
    journald.emplace(path_, SOCK_DGRAM);
    ASSERT_TRUE(sink->write("A=2\n"));

    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().kind, SinkError::Kind::retry);
    EXPECT_EQ(missing.error().message, "cannot write to journald: No such file or directory");
    ASSERT_FALSE(gone);
    EXPECT_EQ(gone.error().kind, SinkError::Kind::retry);
    EXPECT_EQ(receive(journald->fd()), "A=2\n");
}

} // namespace
} // namespace error_report
