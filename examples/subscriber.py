#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Prints each error report of the kernel from now on. Needs CAP_SYS_ADMIN, and pyroute2."""

import errno
import sys

from pyroute2.netlink import genlmsg
from pyroute2.netlink.exceptions import NetlinkError
from pyroute2.netlink.generic import GenericNetlinkSocket

# From uapi/linux/error_report.h; numbers there are for ever.
CMD_REPORT_NTF = 2
CMD_LOST_NTF = 3


class Report(genlmsg):
    nla_map = (
        (2, "SEQ", "uint64"),
        (4, "TOOL", "cdata"),
        (6, "TEXT", "cdata"),
    )


def words(report, name):
    """What it holds may be any bytes, with a NUL behind."""
    return report.get_attr(name).rstrip(b"\0").decode(errors="replace")


def subscribe():
    socket = GenericNetlinkSocket()
    socket.bind("error_report", Report)
    socket.add_membership("reports")
    return socket


def main():
    try:
        socket = subscribe()
    except (NetlinkError, OSError) as error:
        sys.exit(f"cannot subscribe: {error} (is error_report_notify loaded?)")
    print("subscribed", file=sys.stderr, flush=True)
    while True:
        try:
            messages = socket.get()
        except OSError as error:
            if error.errno != errno.ENOBUFS:
                raise
            print("we were too slow, some reports did not come", flush=True)
            continue
        for message in messages:
            if message["cmd"] == CMD_REPORT_NTF:
                print(message.get_attr("SEQ"), words(message, "TOOL"))
                print(words(message, "TEXT"), flush=True)
            elif message["cmd"] == CMD_LOST_NTF:
                print("reports were lost", flush=True)


if __name__ == "__main__":
    main()
