# SPDX-License-Identifier: MIT
"""Something done in a process of its own, with fewer privileges than the test has."""

import ctypes
import json
import os
import struct
import traceback

NOBODY = 65534
CAP_SYSLOG = 34
CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000

# What to put in front of a command.
AS_NOBODY = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")


def as_nobody_with(*capabilities):
    """The same, with these capabilities."""
    kept = ",".join(("-all", *(f"+{capability}" for capability in capabilities)))
    return (*AS_NOBODY, f"--inh-caps={kept}", f"--ambient-caps={kept}")


_libc = ctypes.CDLL(None, use_errno=True)
_CAPABILITY_VERSION_3 = 0x20080522
_PR_SET_DUMPABLE = 4
_PR_SET_KEEPCAPS = 8


def _call(name, *arguments):
    if getattr(_libc, name)(*arguments) < 0:
        raise OSError(ctypes.get_errno(), name)


def become_nobody(*capabilities):
    """Of this process; keeps no more than the capabilities."""
    _call("prctl", _PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    kept = sum(1 << capability for capability in capabilities)
    header = struct.pack("=Ii", _CAPABILITY_VERSION_3, 0)
    words = [kept & 0xFFFFFFFF, kept >> 32]
    data = struct.pack("=6I", words[0], words[0], 0, words[1], words[1], 0)
    _call("capset", header, data)


def unshare(flags):
    """Of this process: into new namespaces."""
    _call("unshare", flags)


def become_root_elsewhere():
    """Of this process: root of a new user namespace, with every capability there."""
    become_nobody()
    # Or its files in /proc belong to root.
    _call("prctl", _PR_SET_DUMPABLE, 1, 0, 0, 0)
    unshare(CLONE_NEWUSER)
    for name, text in (("setgroups", "deny"), ("uid_map", "0 65534 1"), ("gid_map", "0 65534 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def elsewhere(function):
    """What function() returns (JSON) in a child process; what it raises is a failure."""
    ours, theirs = os.pipe()
    child = os.fork()
    if not child:
        try:
            outcome = {"result": function()}
        except BaseException:
            outcome = {"failure": traceback.format_exc()}
        os.write(theirs, json.dumps(outcome).encode())
        os._exit(0)
    os.close(theirs)
    with open(ours) as pipe:
        outcome = json.load(pipe)
    os.waitpid(child, 0)
    if "failure" in outcome:
        raise AssertionError(outcome["failure"])
    return outcome["result"]


def refusal(function, *arguments):
    """The name of the error and its text, None if there is none. For use in elsewhere()."""
    try:
        function(*arguments)
    except OSError as error:
        return [type(error).__name__, error.errno, error.strerror]
    return None
