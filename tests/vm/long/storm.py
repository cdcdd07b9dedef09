# SPDX-License-Identifier: MIT
"""error_report_storm.ko, which fires staged reports in all contexts of all CPUs."""

import pathlib
import threading

import guest
from case import GuestTest
from kernel_log import KernelLog, LogOverrun, alarms

STORM = pathlib.Path("/sys/kernel/debug/error_report_storm/run")

STAGED = 10_000 if guest.is_sanitized() else 100_000


def raging():
    """Staged reports without a pause, as long as this lasts."""
    return guest.repeating(STORM, "1000")


class LogWatch(threading.Thread):
    """Looks for alarms while the log runs over: what is printed is many times its size."""

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
    def setUp(self):
        watch = LogWatch()
        watch.start()
        self.addCleanup(lambda: self.assertEqual(watch.end(), []))
        guest.run("modprobe", "error_report_storm")
        self.addCleanup(guest.run, "rmmod", "error_report_storm")
