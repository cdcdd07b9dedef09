// SPDX-License-Identifier: MIT
#include "sink/file.h"

#include "temporary_folder.h"

#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace error_report {
namespace {

using test::content_of;
using testing::EndsWith;
using testing::HasSubstr;

// No file may grow beyond so many bytes while it lives: what a full disk or a quota does.
class SizeLimit {
  public:
    explicit SizeLimit(rlim_t bytes) {
        std::signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &old_);
        const rlimit limit{.rlim_cur = bytes, .rlim_max = old_.rlim_max};
        setrlimit(RLIMIT_FSIZE, &limit);
    }

    SizeLimit(const SizeLimit&) = delete;
    SizeLimit& operator=(const SizeLimit&) = delete;
    SizeLimit(SizeLimit&&) = delete;
    SizeLimit& operator=(SizeLimit&&) = delete;

    ~SizeLimit() { setrlimit(RLIMIT_FSIZE, &old_); }

  private:
    rlimit old_{};
};

class FileTest : public testing::Test {
  protected:
    [[nodiscard]] std::unique_ptr<Sink> open() const {
        auto sink = FileSink::open(path_, {});
        EXPECT_TRUE(sink) << sink.error().message;
        return std::move(*sink);
    }

    // Why the path cannot be opened.
    [[nodiscard]] std::string refusal() const {
        const auto sink = FileSink::open(path_, {});
        return sink ? "" : sink.error().message;
    }

    void rotate() const { std::filesystem::rename(path_, old_); }

    test::TemporaryFolder folder_;
    std::string path_ = folder_ / "log";
    std::string old_ = folder_ / "log.1";
};

TEST_F(FileTest, AppendsLines) {
    ASSERT_TRUE(open()->write("one\n"));
    ASSERT_TRUE(open()->write("two\n"));

    EXPECT_EQ(content_of(path_), "one\ntwo\n");
}

TEST_F(FileTest, IsForItsGroupToReadAndForNobodyElse) {
    const auto old = umask(022);
    ASSERT_TRUE(open());
    umask(old);

    struct stat status {};

    ASSERT_EQ(stat(path_.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777U, 0640U);
}

TEST_F(FileTest, EndsALineThatAKillCut) {
    std::ofstream(path_) << "one\ntw";

    ASSERT_TRUE(open()->write("three\n"));

    EXPECT_EQ(content_of(path_), "one\ntw\nthree\n");
}

TEST_F(FileTest, GoesOnWithinTheLineWhereTheDiskGetsRoomAgain) {
    const auto sink = open();
    {
        const SizeLimit limit(6);
        const auto cut = sink->write("line one\n");
        ASSERT_FALSE(cut);
        EXPECT_EQ(cut.error().kind, SinkError::Kind::retry);
        EXPECT_EQ(cut.error().message, "cannot write to " + path_ + ": File too large");
        EXPECT_FALSE(sink->write("line one\n"));
        EXPECT_EQ(content_of(path_), "line o");
    }

    ASSERT_TRUE(sink->write("line one\n"));
    ASSERT_TRUE(sink->write("line two\n"));

    EXPECT_EQ(content_of(path_), "line one\nline two\n");
}

TEST_F(FileTest, EndsACutLineOnceWhereTheDiskGetsRoomAgain) {
    std::ofstream(path_) << "cut";
    const auto sink = open();
    {
        const SizeLimit limit(3);
        EXPECT_FALSE(sink->write("one\n"));
    }

    ASSERT_TRUE(sink->write("one\n"));

    EXPECT_EQ(content_of(path_), "cut\none\n");
}

TEST_F(FileTest, SaysThatTheDiskIsFull) {
    path_ = "/dev/full";

    const auto written = open()->write("line\n");

    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().kind, SinkError::Kind::retry);
    EXPECT_EQ(written.error().message, "cannot write to /dev/full: No space left on device");
}

TEST_F(FileTest, IsOpenedAgainAfterARotation) {
    const auto sink = open();
    ASSERT_TRUE(sink->write("one\n"));
    rotate();
    ASSERT_TRUE(sink->write("two\n"));

    ASSERT_TRUE(sink->reopen());
    ASSERT_TRUE(sink->write("three\n"));

    EXPECT_EQ(content_of(old_), "one\ntwo\n");
    EXPECT_EQ(content_of(path_), "three\n");
}

TEST_F(FileTest, EndsALineWhereItBegan) {
    const auto sink = open();
    {
        const SizeLimit limit(6);
        EXPECT_FALSE(sink->write("line one\n"));
    }
    rotate();

    ASSERT_TRUE(sink->reopen());
    ASSERT_TRUE(sink->write("line one\n"));
    ASSERT_TRUE(sink->write("line two\n"));

    EXPECT_EQ(content_of(old_), "line one\n");
    EXPECT_EQ(content_of(path_), "line two\n");
}

TEST_F(FileTest, StaysOpenWhereItCannotBeOpenedAgain) {
    const auto sink = open();
    rotate();
    std::filesystem::create_directory(path_);

    const auto reopened = sink->reopen();

    ASSERT_FALSE(reopened);
    EXPECT_EQ(reopened.error().message, "cannot open " + path_ + ": Is a directory");
    ASSERT_TRUE(sink->write("one\n"));
    EXPECT_EQ(content_of(old_), "one\n");
}

TEST_F(FileTest, SaysOnceThatItCouldNotBeOpenedAgainWithinALine) {
    const auto sink = open();
    {
        const SizeLimit limit(2);
        EXPECT_FALSE(sink->write("one\n"));
    }
    rotate();
    std::filesystem::create_directory(path_);

    ASSERT_TRUE(sink->reopen());
    ASSERT_TRUE(sink->write("one\n"));
    const auto told = sink->write("two\n");
    ASSERT_TRUE(sink->write("two\n"));

    ASSERT_FALSE(told);
    EXPECT_EQ(told.error().kind, SinkError::Kind::retry);
    EXPECT_EQ(content_of(old_), "one\ntwo\n");
}

// What logrotate's copytruncate does.
TEST_F(FileTest, GoesOnAtTheFrontOfAFileThatWasTruncated) {
    const auto sink = open();
    ASSERT_TRUE(sink->write("one\n"));
    std::filesystem::resize_file(path_, 0);

    ASSERT_TRUE(sink->write("two\n"));

    EXPECT_EQ(content_of(path_), "two\n");
}

TEST_F(FileTest, FollowsNoLink) {
    std::filesystem::create_symlink(old_, path_);

    EXPECT_EQ(
        refusal(), "cannot open " + path_ +
                       ": it is a symbolic link, which is not followed; name the file itself");
    EXPECT_FALSE(std::filesystem::exists(old_));
}

TEST_F(FileTest, MayLieInAFolderThatIsALink) {
    std::filesystem::create_directory(old_);
    std::filesystem::create_directory_symlink(old_, path_);
    path_ += "/log";

    ASSERT_TRUE(open()->write("one\n"));

    EXPECT_EQ(content_of(old_ + "/log"), "one\n");
}

TEST_F(FileTest, SaysWhatKeepsItFromOpening) {
    path_ = folder_ / "missing/log";

    EXPECT_EQ(refusal(), "cannot open " + path_ + ": No such file or directory");
}

TEST_F(FileTest, DoesNotWaitForAFifosReader) {
    ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);

    EXPECT_THAT(
        refusal(), EndsWith("it is a FIFO that nobody reads, or a socket, which is for unix:PATH"));
}

TEST_F(FileTest, WaitsForAFifosNextReader) {
    ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
    std::signal(SIGPIPE, SIG_IGN);
    int reader = ::open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    const auto sink = open();
    close(reader);
    const auto unread = sink->write("line\n");
    reader = ::open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);

    const auto read = sink->write("line\n");

    close(reader);
    ASSERT_FALSE(unread);
    EXPECT_EQ(unread.error().kind, SinkError::Kind::retry);
    EXPECT_TRUE(read);
}

TEST_F(FileTest, MayBeADevice) {
    path_ = "/dev/null";

    EXPECT_TRUE(open()->write("line\n"));
}

TEST_F(FileTest, IsGivenToWhoeverTheProgramBecomes) {
    // Only root may give a file to somebody else; to itself everybody may.
    const Owner owner{geteuid() == 0 ? 65534 : geteuid(), geteuid() == 0 ? 65534 : getegid()};

    ASSERT_TRUE(FileSink::open(path_, owner));

    struct stat status {};

    ASSERT_EQ(stat(path_.c_str(), &status), 0);
    EXPECT_EQ(status.st_uid, owner.user);
    EXPECT_EQ(status.st_gid, owner.group);
}

TEST_F(FileTest, StaysItsOwnersWhereItIsThere) {
    std::ofstream(path_) << "one\n";

    ASSERT_TRUE(FileSink::open(path_, Owner{65534, 65534}));

    struct stat status {};

    ASSERT_EQ(stat(path_.c_str(), &status), 0);
    EXPECT_EQ(status.st_uid, geteuid());
}

} // namespace
} // namespace error_report
