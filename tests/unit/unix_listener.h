// SPDX-License-Identifier: MIT
#pragma once

#include "report/file_descriptor.h"
#include "sink/unix_address.h"

#include <array>
#include <gmock/gmock.h>
#include <string>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace error_report::test {

// Who listens at a path. It leaves the path behind, as one that was killed does.
class UnixListener {
  public:
    UnixListener(const std::string& path, int type) : fd_(socket(AF_UNIX, type | SOCK_CLOEXEC, 0)) {
        const auto address = UnixAddress::of(path);
        unlink(path.c_str());
        EXPECT_EQ(bind(fd_.fd(), address->get(), address->size()), 0);
        // A connection that never comes fails the test in place of hanging it.
        const timeval limit{.tv_sec = 10, .tv_usec = 0};
        setsockopt(fd_.fd(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
        if (type == SOCK_STREAM) {
            EXPECT_EQ(listen(fd_.fd(), 8), 0);
        }
    }

    [[nodiscard]] int fd() const { return fd_.fd(); }

    [[nodiscard]] FileDescriptor accept() const {
        return FileDescriptor(accept4(fd_.fd(), nullptr, nullptr, SOCK_CLOEXEC));
    }

  private:
    FileDescriptor fd_;
};

// What is there already, at the most one datagram; with flags 0 it waits for that.
inline std::string receive(int fd, int flags = MSG_DONTWAIT) {
    std::array<char, 1 << 17> bytes{};
    const auto size = recv(fd, bytes.data(), bytes.size(), flags);
    return {bytes.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
}

} // namespace error_report::test
