# SPDX-License-Identifier: MIT
"""Generic netlink with nothing in between, so that a test can send what is wrong, too."""

import collections
import os
import socket
import struct

import uapi

NETLINK_GENERIC = 16
SOL_NETLINK = 270
NETLINK_ADD_MEMBERSHIP = 1
NETLINK_CAP_ACK = 10
NETLINK_EXT_ACK = 11
SO_RCVBUFFORCE = 33
NLMSG_ERROR = 2
NLMSG_DONE = 3
NLM_F_REQUEST = 0x1
NLM_F_MULTI = 0x2
NLM_F_DUMP_INTR = 0x10
NLM_F_DUMP = 0x300
NLMSGERR_ATTR_MSG = 1
GENL_ID_CTRL = 16
CTRL_CMD_GETFAMILY = 3
CTRL_ATTR_FAMILY_ID = 1
CTRL_ATTR_FAMILY_NAME = 2
CTRL_ATTR_MCAST_GROUPS = 7
CTRL_ATTR_MCAST_GRP_NAME = 1
CTRL_ATTR_MCAST_GRP_ID = 2

TIMEOUT_S = 60
LARGEST_MESSAGE = 1 << 18

_PAGE = 4096

_HEADER = struct.Struct("=IHHII")  # length, type, flags, sequence, port
_GENL = struct.Struct("=BBH")  # command, version, reserved
_ATTRIBUTE = struct.Struct("=HH")  # length, type

Message = collections.namedtuple("Message", "type flags sequence command payload")


class Refused(OSError):
    """The kernel's error; strerror is its extended ack, if it gave one."""


def attribute(number, value):
    """An attribute of bytes; the value of a u32 or u64 goes through u32() and u64()."""
    length = _ATTRIBUTE.size + len(value)
    return _ATTRIBUTE.pack(length, number) + value + bytes(-length % 4)


def genl_header(command, version=uapi.FAMILY_VERSION, reserved=0):
    return _GENL.pack(command, version, reserved)


def message(kind, body, flags=NLM_F_REQUEST, sequence=0, length=None, port=0):
    """A netlink message; length is what its header says, if that is not the truth."""
    if length is None:
        length = _HEADER.size + len(body)
    return _HEADER.pack(length, kind, flags, sequence, port) + body


def u32(value):
    return struct.pack("=I", value)


def u64(value):
    return struct.pack("=Q", value)


def seq(value):
    """The attribute of REPORT_GET."""
    return attribute(uapi.A_SEQ, u64(value))


def attributes(payload):
    """(number, value) of each."""
    while payload:
        length, number = _ATTRIBUTE.unpack_from(payload)
        yield number & 0x3FFF, payload[_ATTRIBUTE.size : length]
        payload = payload[(length + 3) & ~3 :]


_DECODE = {
    "u32": lambda value: struct.unpack("=I", value)[0],
    "u64": lambda value: struct.unpack("=Q", value)[0],
    "string": lambda value: value[: value.index(b"\0")],
}


def decode(prefix, payload):
    """{name: value} of a message of the family; strings are bytes."""
    known = {attribute.number: attribute for attribute in uapi.ATTRIBUTES[prefix]}
    return {
        known[number].name: _DECODE[known[number].type](value)
        for number, value in attributes(payload)
        if known[number].type
    }


class Socket:
    """A socket that knows the family; like the tool, it is closed with its process."""

    def __init__(self, receive_buffer=None, resolve=True):
        self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_GENERIC)
        self._socket.bind((0, 0))
        self._socket.setsockopt(SOL_NETLINK, NETLINK_EXT_ACK, 1)
        self._socket.setsockopt(SOL_NETLINK, NETLINK_CAP_ACK, 1)
        self._socket.settimeout(TIMEOUT_S)
        if receive_buffer:
            self._socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, receive_buffer)
        self._sequence = 0
        self.interrupted = False
        self.family, self.groups = self._resolve() if resolve else (None, None)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._socket.close()

    def set_timeout(self, seconds):
        """Of each receive from now on, which then raises TimeoutError."""
        self._socket.settimeout(seconds)

    def fileno(self):
        return self._socket.fileno()

    def _resolve(self):
        name = attribute(CTRL_ATTR_FAMILY_NAME, uapi.FAMILY_NAME.encode() + b"\0")
        self.send(CTRL_CMD_GETFAMILY, name, family=GENL_ID_CTRL)
        # A reader that takes much makes the kernel's buffers large, also where it should not rely
        # on it.
        [reply] = self.answer(_PAGE)
        found = dict(attributes(reply.payload))
        groups = {}
        for _, group in attributes(found.get(CTRL_ATTR_MCAST_GROUPS, b"")):
            members = dict(attributes(group))
            name = members[CTRL_ATTR_MCAST_GRP_NAME].rstrip(b"\0").decode()
            groups[name] = struct.unpack("=I", members[CTRL_ATTR_MCAST_GRP_ID])[0]
        return struct.unpack("=H", found[CTRL_ATTR_FAMILY_ID])[0], groups

    def join(self):
        """PermissionError without the capability."""
        self._socket.setsockopt(
            SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, self.groups[uapi.MCGRP_REPORTS]
        )

    def send(self, command, payload=b"", flags=0, family=None):
        self._sequence += 1
        body = genl_header(command) + payload
        self.send_bytes(
            message(family or self.family, body, NLM_F_REQUEST | flags, self._sequence)
        )

    def send_bytes(self, data):
        """A datagram of anything."""
        self._socket.send(data)

    def receive(self, size=LARGEST_MESSAGE):
        """The messages of one datagram."""
        data = self._socket.recv(size)
        messages = []
        while data:
            length, kind, flags, sequence, _ = _HEADER.unpack_from(data)
            body = data[_HEADER.size : length]
            data = data[(length + 3) & ~3 :]
            if kind in (NLMSG_ERROR, NLMSG_DONE):
                messages.append(Message(kind, flags, sequence, None, body))
            else:
                command = _GENL.unpack_from(body)[0]
                messages.append(Message(kind, flags, sequence, command, body[_GENL.size :]))
        return messages

    def answer(self, size=LARGEST_MESSAGE):
        """What the kernel replies to the last send(), to its end. Raises Refused.

        interrupted says, at the end, whether NLM_F_DUMP_INTR was among it.
        """
        self.interrupted = False
        while True:
            for message in self.receive(size):
                if message.sequence != self._sequence:
                    continue
                self.interrupted |= bool(message.flags & NLM_F_DUMP_INTR)
                if message.type in (NLMSG_ERROR, NLMSG_DONE):
                    _raise_refusal(message)
                    return
                yield message
                if not message.flags & NLM_F_MULTI:
                    return

    def status(self):
        self.send(uapi.CMD_STATUS_GET)
        [reply] = self.answer()
        return decode("A_STATUS_", reply.payload)

    def report(self, number):
        self.send(uapi.CMD_REPORT_GET, seq(number))
        [reply] = self.answer()
        return decode("A_", reply.payload)

    def dump(self, start=None):
        """The retained reports, and whether the kernel calls the dump interrupted."""
        self.send(uapi.CMD_REPORT_GET, b"" if start is None else seq(start), NLM_F_DUMP)
        reports = [decode("A_", message.payload) for message in self.answer()]
        return reports, self.interrupted

    def notifications(self):
        """(command, attributes) of each message to the group, for ever."""
        prefixes = {uapi.CMD_REPORT_NTF: "A_", uapi.CMD_LOST_NTF: "A_LOST_"}
        while True:
            for message in self.receive():
                if message.type == self.family:
                    yield message.command, decode(prefixes[message.command], message.payload)


def _raise_refusal(message):
    code = -struct.unpack_from("=i", message.payload)[0]
    if not code:
        return
    # NETLINK_CAP_ACK: of our request only the header comes back.
    code_size = 4 if message.type == NLMSG_DONE else 4 + _HEADER.size
    text = dict(attributes(message.payload[code_size:])).get(NLMSGERR_ATTR_MSG)
    raise Refused(code, text.rstrip(b"\0").decode() if text else os.strerror(code))
