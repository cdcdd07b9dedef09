// SPDX-License-Identifier: MIT
#include "source/socket.h"

#include <cerrno>
#include <fmt/format.h>
#include <linux/netlink.h>
#include <netlink/errno.h>
#include <netlink/genl/genl.h>
#include <span>
#include <sys/socket.h>
#include <sys/time.h>

namespace error_report {
namespace {

// The kernel answers a request within sendmsg(); the limit only keeps a fault from being a hang.
constexpr timeval answer_limit{.tv_sec = 10, .tv_usec = 0};

tl::unexpected<Error> library_failure(const char* what, int code) {
    return fail(fmt::format("{}: {}", what, nl_geterror(code)));
}

tl::unexpected<Error> system_failure(const char* what) {
    return fail(fmt::format("{}: {}", what, errno_text(errno)));
}

} // namespace

Result<Socket> Socket::connect(Tap tap) {
    std::unique_ptr<nl_sock, Free> socket(nl_socket_alloc());
    if (!socket)
        return fail("cannot allocate a netlink socket");
    if (const int code = genl_connect(socket.get()); code < 0)
        return library_failure("cannot open a generic netlink socket", code);
    nl_socket_disable_seq_check(socket.get());
    // Answers and refusals are read by the caller, who asks for no more than them.
    nl_socket_disable_auto_ack(socket.get());
    // Without peeking libnl cuts whatever is larger than a page.
    nl_socket_enable_msg_peek(socket.get());

    Socket result(std::move(socket), std::move(tap));
    const int on = 1;
    if (setsockopt(result.fd(), SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on)) < 0 ||
        setsockopt(result.fd(), SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on)) < 0)
        return system_failure("cannot ask for extended acknowledgements");
    if (setsockopt(result.fd(), SOL_SOCKET, SO_RCVTIMEO, &answer_limit, sizeof(answer_limit)) < 0)
        return system_failure("cannot limit the wait for the kernel's answer");
    return result;
}

// Both change the socket, which the compiler does not see.
// NOLINTBEGIN(readability-make-member-function-const)
Result<void> Socket::join(std::uint32_t group) {
    const int code = nl_socket_add_membership(socket_.get(), static_cast<int>(group));
    if (code == -NLE_PERM)
        return fail(ErrorKind::privilege, "no permission to join the group");
    if (code < 0)
        return library_failure("cannot join a multicast group", code);
    return {};
}

Result<void> Socket::set_nonblocking() {
    if (const int code = nl_socket_set_nonblocking(socket_.get()); code < 0)
        return library_failure("cannot make the netlink socket non-blocking", code);
    return {};
}

Result<std::size_t> Socket::enlarge_receive_buffer(std::size_t bytes) {
    // FORCE goes beyond net.core.rmem_max, with CAP_NET_ADMIN.
    const int wanted = static_cast<int>(bytes);
    if (setsockopt(fd(), SOL_SOCKET, SO_RCVBUFFORCE, &wanted, sizeof(wanted)) < 0 &&
        setsockopt(fd(), SOL_SOCKET, SO_RCVBUF, &wanted, sizeof(wanted)) < 0)
        return system_failure("cannot set the size of the receive buffer");
    int granted = 0;
    socklen_t length = sizeof(granted);
    if (getsockopt(fd(), SOL_SOCKET, SO_RCVBUF, &granted, &length) < 0)
        return system_failure("cannot read the size of the receive buffer");
    // The kernel doubles what it is asked for, for its own bookkeeping.
    return static_cast<std::size_t>(granted) / 2;
}

// NOLINTEND(readability-make-member-function-const)

Result<std::uint32_t> Socket::send(nl_msg& message) {
    nl_complete_msg(socket_.get(), &message);
    if (const int code = nl_send(socket_.get(), &message); code < 0)
        return library_failure("cannot send a request to the kernel", code);
    return nlmsg_hdr(&message)->nlmsg_seq;
}

Result<void> Socket::show(Bytes datagram) {
    return tap_ ? tap_(datagram) : Result<void>();
}

Result<Received> Socket::overrun() {
    nlmsghdr said{};
    said.nlmsg_len = sizeof(said);
    said.nlmsg_type = NLMSG_OVERRUN;
    if (auto shown = show(std::as_bytes(std::span(&said, 1))); !shown)
        return tl::unexpected(shown.error());
    return Overrun{};
}

Result<Received> Socket::receive() {
    for (;;) {
        sockaddr_nl sender{};
        unsigned char* buffer = nullptr;
        const int size = nl_recv(socket_.get(), &sender, &buffer, nullptr);
        Datagram datagram{std::unique_ptr<unsigned char, FreeBuffer>(buffer), {}};
        // libnl makes NLE_NOMEM of ENOBUFS.
        if (size == -NLE_NOMEM)
            return overrun();
        if (size == -NLE_AGAIN || size == 0)
            return Empty{};
        if (size < 0)
            return library_failure("cannot receive from the kernel", size);
        // Any process may send to a netlink socket whose port it guesses.
        if (sender.nl_pid != 0)
            continue;
        datagram.bytes =
            Bytes(reinterpret_cast<const std::byte*>(buffer), static_cast<std::size_t>(size));
        if (auto shown = show(datagram.bytes); !shown)
            return tl::unexpected(shown.error());
        return datagram;
    }
}

} // namespace error_report
