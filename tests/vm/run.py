#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Runs the tests in this guest and prints TAP. See README.md for how to boot the guest.

Usage: run.py [--long | --listener | --systemd | --shippers | --packages | --in-tree] [NAME=VALUE…] [PATTERN]
       --long      the tests in long/, which take minutes; likewise the other folders
       NAME=VALUE  a parameter of the module, for the tests that set none of that name
       PATTERN     a regular expression; only the tests whose name it is found in
"""

import pathlib
import re
import sys
import unittest

import guest
from case import GuestTest
from tap import TapResult, title


# Of tests that take long, or another guest.
FOLDERS = (["--long"], ["--listener"], ["--systemd"], ["--shippers"], ["--packages"],
           ["--in-tree"])  # fmt: skip
PARAMETER = re.compile(r"\w+=\w+")


def tests_of(suite):
    for part in suite:
        if isinstance(part, unittest.TestSuite):
            yield from tests_of(part)
        else:
            yield part


def turn(test):
    """Whoever reads all of the log goes first, whoever turns lockdep off last."""
    return (
        getattr(test, "ends_lockdep", False),
        not getattr(test, "reads_whole_log", False),
    )


def main():
    arguments = sys.argv[1:]
    folder = pathlib.Path(__file__).parent
    if arguments[:1] in FOLDERS:
        folder /= arguments.pop(0).removeprefix("--")
    while arguments and PARAMETER.fullmatch(arguments[0]):
        name, value = arguments.pop(0).split("=")
        guest.defaults[name] = value
    if len(arguments) > 1 or arguments in (["-h"], ["--help"]):
        print(__doc__)
        return 2
    pattern = re.compile("".join(arguments))
    guest.prepare()
    found = unittest.defaultTestLoader.discover(str(folder))
    # A file that cannot be imported is a test, too, and none of ours.
    tests = [
        test
        for test in tests_of(found)
        if pattern.search(title(test)) or not isinstance(test, GuestTest)
    ]
    tests.sort(key=turn)
    result = TapResult([title(test) for test in tests])
    unittest.TestSuite(tests).run(result)
    return 0 if result.finish() else 1


if __name__ == "__main__":
    sys.exit(main())
