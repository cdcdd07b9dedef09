// SPDX-License-Identifier: MIT
// A generic netlink socket: libnl's, owned, with what libnl 3.7 lacks (extended acknowledgements,
// a look at the sender, a receive buffer whose size is read back).
#pragma once

#include "report/attribute.h"
#include "report/error.h"
#include "source/source.h"

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <netlink/msg.h>
#include <netlink/socket.h>
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

class Socket {
  public:
    // Blocking, with a time limit after which receive() says Empty.
    static Result<Socket> connect();

    [[nodiscard]] int fd() const { return nl_socket_get_fd(socket_.get()); }

    // The family's number; ErrorKind::not_loaded if the kernel has no such family.
    Result<int> resolve_family();
    // Joins the group of reports; ErrorKind::privilege without CAP_SYS_ADMIN.
    Result<void> join_reports();
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

    explicit Socket(std::unique_ptr<nl_sock, Free> socket) : socket_(std::move(socket)) {}

    std::unique_ptr<nl_sock, Free> socket_;
};

} // namespace error_report
