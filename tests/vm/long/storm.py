# SPDX-License-Identifier: MIT
"""error_report_storm.ko, which fires staged reports in all contexts of all CPUs."""

import pathlib
import threading

import guest
from case import GuestTest
from kernel_log import KernelLog, LogOverrun, alarms

STORM = pathlib.Path("/sys/kernel/debug/error_report_storm/run")

STAGED = 10_000 if guest.is_sanitized() else 100_000

# Counters of the kernel's own, where it has them: of WARNs, and of KFENCE's and UBSAN's reports.
WARN_COUNT = pathlib.Path("/sys/kernel/warn_count")
OOPS_COUNT = WARN_COUNT.with_name("oops_count")


def raging():
    """Staged reports without a pause, as long as this lasts."""
    return guest.repeating(STORM, "1000")


def faults():
    """(warn_count, oops_count), None where there is none."""
    return tuple(
        int(file.read_text()) if file.exists() else None for file in (WARN_COUNT, OOPS_COUNT)
    )


class LogWatch(threading.Thread):
    """Looks for alarms while the log runs over: what is printed is many times its size. What it
    misses, the kernel has counted."""

    def __init__(self):
        super().__init__(daemon=True)
        self._ended = threading.Event()
        self.alarms = []

    def run(self):
        log = KernelLog()
        while not self._ended.wait(0.1):
            try:
                self.alarms += [text for text in alarms(log.texts()) if " storm " not in text]
            except LogOverrun:
                continue

    def end(self):
        self._ended.set()
        self.join(guest.DEADLINE_S)
        return self.alarms


class StormTest(GuestTest):
    # What the test has fired that warn_count counts; staged reports are printed only.
    warned = 0

    def setUp(self):
        self.addCleanup(self.check_lockdep)
        self.addCleanup(self._check_faults, *faults())
        watch = LogWatch()
        watch.start()
        self.addCleanup(lambda: self.assertEqual(watch.end(), []))
        guest.run("modprobe", "error_report_storm")
        self.addCleanup(guest.run, "rmmod", "error_report_storm")

    def _check_faults(self, warnings, oopses):
        if warnings is not None:
            warnings += self.warned
        self.assertEqual(faults(), (warnings, oopses), "the kernel found another fault")
