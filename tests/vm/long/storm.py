# SPDX-License-Identifier: MIT
"""error_report_storm.ko, which fires staged reports in all contexts of all CPUs."""

import collections
import os
import pathlib
import re
import subprocess
import threading

import guest
from case import GuestTest
from kernel_log import ALARMS, alarms

STORM = pathlib.Path("/sys/kernel/debug/error_report_storm/run")

Sizes = collections.namedtuple("Sizes", "staged warnings rounds")

# How many reports are staged, how many WARNs are fired and how often the module is loaded, so
# that each guest takes five minutes at most where CPUs are emulated.
SIZES = {
    "debian": Sizes(100_000, 2_000, 5),
    "newest": Sizes(10_000, 1_000, 3),
    "arm64": Sizes(10_000, 1_000, 3),
    "kasan": Sizes(5_000, 500, 3),
    "kasan-hw-tags": Sizes(2_000, 500, 3),
}


def guest_kind():
    """Its row."""
    if guest.is_sanitized():
        return "kasan-hw-tags" if guest.tag_mode() else "kasan"
    if os.uname().machine == "aarch64":
        return "arm64"
    return "newest" if guest.release() >= (7,) else "debian"


STAGED, WARNINGS, ROUNDS = SIZES[guest_kind()]

# Counters of the kernel's own, where it has them: of WARNs, and of KFENCE's and UBSAN's reports.
WARN_COUNT = pathlib.Path("/sys/kernel/warn_count")
OOPS_COUNT = WARN_COUNT.with_name("oops_count")

KMSG = pathlib.Path("/dev/kmsg")
END = "the log watch ends"
# What the log may hold of a storm is 64 MB.
READ_S = 300


def raging():
    """Staged reports without a pause, as long as this lasts."""
    return guest.repeating(STORM, "1000")


def faults():
    """(warn_count, oops_count), None where there is none."""
    return tuple(
        int(file.read_text()) if file.exists() else None for file in (WARN_COUNT, OOPS_COUNT)
    )


class LogWatch:
    """Looks for alarms while the log runs over, with dmesg and grep, which keep up: what is printed
    is many times its size. What they miss, the kernel has counted."""

    def __init__(self):
        self._dmesg = subprocess.Popen(
            ["dmesg", "--follow-new", "--notime"], stdout=subprocess.PIPE
        )
        self._grep = subprocess.Popen(
            ["grep", "--text", "--line-buffered", "-E", "|".join((*map(re.escape, ALARMS), END))],
            stdin=self._dmesg.stdout,
            stdout=subprocess.PIPE,
            text=True,
            errors="replace",
        )
        self._dmesg.stdout.close()
        self._texts = []
        self._ended = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self._grep.stdout:
            text = line.rstrip("\n")
            if END in text:
                self._ended.set()
            elif " storm " not in text:
                self._texts.append(text)

    def end(self):
        """The alarms, once all of the log was read."""
        KMSG.write_text(f"{END}\n")
        ended = self._ended.wait(READ_S)
        self._dmesg.kill()
        self._dmesg.wait()
        self._reader.join()
        self._grep.wait()
        if not ended:
            raise AssertionError("the log was not read to its end")
        return alarms(self._texts)


class StormTest(GuestTest):
    # What the test has fired that warn_count counts; staged reports are printed only.
    warned = 0

    def setUp(self):
        self.addCleanup(self.check_lockdep)
        self.addCleanup(self._check_faults, *faults())
        watch = LogWatch()
        self.addCleanup(lambda: self.assertEqual(watch.end(), []))
        guest.run("modprobe", "error_report_storm")
        self.addCleanup(guest.run, "rmmod", "error_report_storm")

    def _check_faults(self, warnings, oopses):
        if warnings is not None:
            warnings += self.warned
        self.assertEqual(faults(), (warnings, oopses), "the kernel found another fault")
