#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Runs the tests in this guest and prints TAP. See README.md for how to boot the guest.

Usage: run.py [PATTERN]
       PATTERN  a regular expression; only the tests whose name it is found in
"""

import pathlib
import re
import sys
import unittest

import guest
from tap import TapResult, title


def tests_of(suite):
    for part in suite:
        if isinstance(part, unittest.TestSuite):
            yield from tests_of(part)
        else:
            yield part


def prepare():
    """The console is a slow serial line; the log itself is what the tests read."""
    pathlib.Path("/proc/sys/kernel/printk").write_text("1")
    pathlib.Path("/proc/sys/kernel/printk_devkmsg").write_text("on\n")
    guest.run("modprobe", guest.TRIGGER)


def main():
    if len(sys.argv) > 2 or sys.argv[1:2] in (["-h"], ["--help"]):
        print(__doc__)
        return 2
    pattern = re.compile(" ".join(sys.argv[1:]))
    prepare()
    found = unittest.defaultTestLoader.discover(str(pathlib.Path(__file__).parent))
    tests = [test for test in tests_of(found) if pattern.search(title(test))]
    result = TapResult([title(test) for test in tests])
    unittest.TestSuite(tests).run(result)
    return 0 if result.finish() else 1


if __name__ == "__main__":
    sys.exit(main())
