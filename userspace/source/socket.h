// SPDX-License-Identifier: MIT
// A generic netlink socket: libnl's, owned, with what libnl 3.7 lacks (extended acknowledgements,
// a look at the sender, a receive buffer whose size is read back).
#pragma once

#include "report/attribute.h"
#include "report/error.h"
#include "source/source.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <netlink/msg.h>
#include <netlink/socket.h>
#include <utility>
#include <variant>

namespace error_report {

struct FreeBuffer {
    // libnl allocates what it receives with malloc().
    void operator()(void* buffer) const {
        std::free(buffer); // NOLINT(cppcoreguidelines-no-malloc)
    }
};

// Bytes that the kernel itself sent.
struct Datagram {
    std::unique_ptr<unsigned char, FreeBuffer> buffer;
    Bytes bytes;
};

// Nothing is queued on a non-blocking socket, or nothing came in time on a blocking one.
struct Empty {};

using Received = std::variant<Datagram, Empty, Overrun>;

// Is shown every datagram of the kernel before anyone else, and an overrun as a message of type
// NLMSG_OVERRUN, which the kernel has a number for but never sends. An error of it is one of
// receive().
using Tap = std::function<Result<void>(Bytes)>;

class Socket {
  public:
    // Blocking, with a time limit after which receive() says Empty.
    static Result<Socket> connect(Tap tap);

    [[nodiscard]] int fd() const { return nl_socket_get_fd(socket_.get()); }

    // Joins a multicast group; joining again changes nothing. ErrorKind::privilege if the group
    // takes a capability that is missing.
    Result<void> join(std::uint32_t group);
    Result<void> set_nonblocking();
    // Asks for bytes, returns what the kernel granted.
    Result<std::size_t> enlarge_receive_buffer(std::size_t bytes);

    // Sends the message and returns its sequence number.
    Result<std::uint32_t> send(nl_msg& message);
    Result<Received> receive();

  private:
    struct Free {
        void operator()(nl_sock* socket) const { nl_socket_free(socket); }
    };

    Socket(std::unique_ptr<nl_sock, Free> socket, Tap tap)
        : socket_(std::move(socket)), tap_(std::move(tap)) {}

    Result<void> show(Bytes datagram);
    Result<Received> overrun();

    std::unique_ptr<nl_sock, Free> socket_;
    Tap tap_;
};

} // namespace error_report
