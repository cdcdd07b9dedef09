# SPDX-License-Identifier: MIT
"""What all the tests have in common."""

import pathlib
import re
import unittest

import guest
from kernel_log import KernelLog, alarms

# Where the kernel has lockdep.
LOCKDEP = pathlib.Path("/proc/lockdep_stats")


def watches_locks():
    """Lockdep is on: the first fault it finds turns it off for good, and so does what taints
    the kernel with LOCKDEP_NOW_UNRELIABLE, a report of KASAN's or an oops."""
    return re.search(r"^ debug_locks: +1$", LOCKDEP.read_text(), re.MULTILINE)


class GuestTest(unittest.TestCase):
    """Each test also fails if the kernel logs a BUG, an oops or a WARN of its own."""

    maxDiff = None
    # What the log may hold all the same: a compiled regular expression.
    provokes = None
    # Whether they take the longer the more was printed before; run.py has them go first.
    reads_whole_log = False
    # Whether lockdep is off behind these tests; run.py has them go last.
    ends_lockdep = False

    def setUp(self):
        self.addCleanup(self.check_lockdep)
        self._guard = KernelLog()
        self.addCleanup(self._check_log)

    def check_lockdep(self):
        if LOCKDEP.exists() and not self.ends_lockdep:
            self.assertTrue(watches_locks(), "lockdep is off: it found something, or was tainted")

    def _check_log(self):
        with self._guard as log:
            found = [
                text
                for text in alarms(log.texts())
                if not (self.provokes and self.provokes.search(text))
            ]
        self.assertFalse(found, "the kernel's log holds what it should not")

    def enter(self, context):
        """As enterContext() of Python 3.11; left at the end of the test."""
        return self.enterContext(context)


class UnloadedTest(GuestTest):
    """Begins and ends without the module, however it fails."""

    def setUp(self):
        super().setUp()
        self.assertFalse(guest.is_loaded())
        self.addCleanup(guest.ensure_unloaded)


class ModuleTest(GuestTest):
    """With the module loaded, once for all the tests of the class."""

    parameters = {}

    @classmethod
    def setUpClass(cls):
        cls.enterClassContext(guest.module(**cls.parameters))
