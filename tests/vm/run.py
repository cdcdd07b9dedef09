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


def chosen(suite, pattern):
    """The suite's tests that fit, keeping those of a class together."""
    result = unittest.TestSuite()
    for part in suite:
        if isinstance(part, unittest.TestSuite):
            result.addTest(chosen(part, pattern))
        elif pattern.search(title(part)):
            result.addTest(part)
    return result


def prepare():
    """The console is a slow serial line; the log itself is what the tests read."""
    pathlib.Path("/proc/sys/kernel/printk").write_text("1")
    pathlib.Path("/proc/sys/kernel/printk_devkmsg").write_text("on\n")
    guest.run("modprobe", guest.TRIGGER)


def main():
    if len(sys.argv) > 2 or sys.argv[1:2] in (["-h"], ["--help"]):
        print(__doc__)
        return 2
    tests = unittest.defaultTestLoader.discover(str(pathlib.Path(__file__).parent))
    tests = chosen(tests, re.compile(" ".join(sys.argv[1:])))
    print(f"1..{tests.countTestCases()}", flush=True)
    prepare()
    result = TapResult()
    tests.run(result)
    return 0 if result.wasSuccessful() and result.testsRun else 1


if __name__ == "__main__":
    sys.exit(main())
