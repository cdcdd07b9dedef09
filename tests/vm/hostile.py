# SPDX-License-Identifier: MIT
"""Netlink messages that no honest program sends: a table, and a generator of more."""

import dataclasses
import errno
import struct

import genl
import uapi

NLA_F_NESTED = 0x8000
NLA_F_NET_BYTEORDER = 0x4000
NLM_F_ACK = 0x4
NLM_F_ROOT = 0x100
NLM_F_MATCH = 0x200
NLM_F_ATOMIC = 0x400

HEADER_SIZE = 16

GET = genl.genl_header(uapi.CMD_REPORT_GET)
STATUS = genl.genl_header(uapi.CMD_STATUS_GET)


@dataclasses.dataclass(frozen=True)
class Case:
    """error is the refusal that is due, None if there may be an answer or silence; text, what
    its extended ack says, None if the kernel's own netlink refuses it without a word."""

    what: str
    body: bytes
    error: int | None = None
    text: str | None = None
    flags: int = genl.NLM_F_REQUEST
    length: int | None = None  # in the header, if that is to lie


def raw_attribute(length, number, value=b""):
    return struct.pack("=HH", length, number) + value


def nest(depth):
    """Attributes inside each other."""
    value = b""
    for _ in range(depth):
        value = genl.attribute(uapi.A_SEQ | NLA_F_NESTED, value)
    return value


_LEFTOVER = "(?i)leftover"
_LENGTH = "(?i)invalid attribute length|policy"
_UNKNOWN = "(?i)unknown attribute|unsupported"

DUMP = genl.NLM_F_REQUEST | genl.NLM_F_DUMP

TABLE = (
    # The netlink header
    Case("nothing behind the netlink header", b"", errno.EINVAL),
    Case("half a generic netlink header", GET[:2], errno.EINVAL),
    Case("a length beyond the datagram", GET + genl.seq(1), length=1000),
    Case("a length of 0", GET + genl.seq(1), length=0),
    Case("a length that cuts the attribute", GET + genl.seq(1), errno.EINVAL, _LEFTOVER,
         length=HEADER_SIZE + len(GET) + 2),
    Case("no NLM_F_REQUEST", GET + genl.seq(1), flags=0),
    Case("every flag", GET + genl.seq(1), flags=0xFFFF),
    Case("NLM_F_ROOT alone", GET + genl.seq(1), flags=genl.NLM_F_REQUEST | NLM_F_ROOT),
    Case("NLM_F_MATCH alone", GET + genl.seq(1), flags=genl.NLM_F_REQUEST | NLM_F_MATCH),
    # The generic netlink header
    Case("command 0", genl.genl_header(0), errno.EOPNOTSUPP),
    Case("command 255", genl.genl_header(255), errno.EOPNOTSUPP),
    Case("command 255, as a dump", genl.genl_header(255), errno.EOPNOTSUPP, flags=DUMP),
    Case("a notification as a request", genl.genl_header(uapi.CMD_REPORT_NTF) + genl.seq(1),
         errno.EOPNOTSUPP),
    Case("a status as a dump", STATUS, errno.EOPNOTSUPP, flags=DUMP),
    Case("version 0", genl.genl_header(uapi.CMD_STATUS_GET, version=0)),
    Case("version 255", genl.genl_header(uapi.CMD_STATUS_GET, version=255)),
    Case("reserved bits", genl.genl_header(uapi.CMD_STATUS_GET, reserved=0xFFFF), errno.EINVAL,
         "reserved"),
    # Attributes
    Case("an attribute for a status", STATUS + genl.seq(1)),
    Case("no SEQ", GET, errno.EINVAL, "a sequence number is needed"),
    Case("an empty SEQ", GET + genl.attribute(uapi.A_SEQ, b""), errno.EINVAL, _LENGTH),
    Case("a SEQ of 7 bytes", GET + genl.attribute(uapi.A_SEQ, bytes(7)), errno.EINVAL, _LENGTH),
    Case("a SEQ of 9 bytes", GET + genl.attribute(uapi.A_SEQ, bytes(9)), errno.EINVAL, _LENGTH),
    Case("a SEQ of 60 KiB", GET + genl.attribute(uapi.A_SEQ, bytes(60_000)), errno.EINVAL,
         _LENGTH),
    Case("SEQ 0", GET + genl.seq(0), errno.ERANGE, "out of range"),
    Case("SEQ 0, as a dump", GET + genl.seq(0), errno.ERANGE, "out of range", flags=DUMP),
    Case("the last SEQ there can be", GET + genl.seq(2**64 - 1), errno.ENOENT, "no report has"),
    Case("the last SEQ there can be, as a dump", GET + genl.seq(2**64 - 1), flags=DUMP),
    Case("a nested SEQ", GET + genl.attribute(uapi.A_SEQ | NLA_F_NESTED, genl.u64(1))),
    Case("a SEQ in network byte order",
         GET + genl.attribute(uapi.A_SEQ | NLA_F_NET_BYTEORDER, genl.u64(1))),
    Case("two SEQs", GET + genl.seq(1) + genl.seq(2**63), errno.ENOENT, "no report has"),
    Case("attribute 0", GET + genl.attribute(0, b"") + genl.seq(1), errno.EINVAL, _UNKNOWN),
    Case("an attribute of the family that is no argument",
         GET + genl.attribute(uapi.A_TEXT, b"x\0"), errno.EINVAL, _UNKNOWN),
    Case("the highest attribute number", GET + genl.attribute(0x3FFF, b"x"), errno.EINVAL,
         _UNKNOWN),
    Case("an attribute of length 0", GET + raw_attribute(0, uapi.A_SEQ), errno.EINVAL, _LEFTOVER),
    Case("an attribute of length 3", GET + raw_attribute(3, uapi.A_SEQ), errno.EINVAL, _LEFTOVER),
    Case("an attribute longer than the message",
         GET + raw_attribute(0xFFFF, uapi.A_SEQ, genl.u64(1)), errno.EINVAL, _LEFTOVER),
    Case("as above, as a dump", GET + raw_attribute(0xFFFF, uapi.A_SEQ, genl.u64(1)),
         errno.EINVAL, _LEFTOVER, flags=DUMP),
    Case("nested a thousand deep", GET + nest(1000), errno.EINVAL, _LENGTH),
    Case("letters", GET + b"A" * 4000, errno.EINVAL),
)


def _flip(random, data):
    data = bytearray(data)
    for _ in range(random.randrange(1, 8)):
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)
    return bytes(data)


def _cut(random, data):
    return data[: random.randrange(len(data))]


def _repeat(random, data):
    return data * random.randrange(2, 40)


def _fill(random, data):
    return data + random.randbytes(random.randrange(300))


_MUTATIONS = (_flip, _cut, _repeat, _fill)


def random_body(random):
    """A generic netlink header and attributes, good or bad."""
    if random.random() < 0.2:
        body = random.choice(TABLE).body or GET
    else:
        body = random.choice((GET, GET, STATUS))
        for _ in range(random.randrange(4)):
            value = random.choice((genl.u64(random.randrange(12)), genl.u32(1), random.randbytes(8)))
            body += genl.attribute(random.choice((uapi.A_SEQ, random.randrange(1 << 16))), value)
    for _ in range(random.randrange(3)):
        body = random.choice(_MUTATIONS)(random, body) or GET
    # A datagram is limited, and so is what an attribute can say.
    return body[:60_000]


def random_message(random, family):
    """To the family, or a control message of netlink itself; never to somebody else."""
    kind = family if random.random() < 0.95 else random.randrange(16)
    flags = genl.NLM_F_REQUEST | random.choice((0, 0, genl.NLM_F_DUMP, random.randrange(1 << 16)))
    body = random_body(random)
    length = None
    if random.random() < 0.1:
        length = random.choice((random.randrange(1 << 32), random.randrange(HEADER_SIZE + len(body))))
    return genl.message(kind, body, flags, length=length)
