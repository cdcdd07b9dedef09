# SPDX-License-Identifier: MIT
"""Kernel code that says itself where its report begins and ends."""

import contextlib
import itertools
import re

import genl
import guest
from case import ModuleTest

SAMPLE = "error_report_sample"
LENGTHS = "error_report_lengths"


@contextlib.contextmanager
def sample(warn=0):
    """That of examples/kernel, which reports when it is loaded; gives the reports."""
    before = guest.report_count()
    guest.run("modprobe", SAMPLE, f"warn={warn}")
    try:
        last = before + 1 + warn
        guest.wait_until(lambda: guest.report_count() == last, f"report {last}")
        with genl.Socket() as socket:
            reports, _ = socket.dump()
        yield [report for report in reports if report["SEQ"] > before]
    finally:
        guest.run("rmmod", SAMPLE)


class Begin(ModuleTest):
    provokes = re.compile(SAMPLE)

    def check(self, report):
        lines = report["TEXT"].decode().splitlines()
        self.assertEqual(report["TOOL"], b"sample")
        self.assertEqual(report["FLAGS"], 0)
        self.assertRegex(lines[0], r"^error_report_sample: canary of object [0-9a-f]{16} is 0xdead")
        self.assertGreater(report["ID"], 1 << 63)
        self.assertIn("call trace:", (line.lower() for line in lines))
        self.assertNotIn("a warning in the midst of it", lines)

    def test_report_is_delivered_under_its_own_tool(self):
        with sample() as [report]:
            self.check(report)

    def test_report_outlives_the_module_that_named_its_tool(self):
        with sample():
            last = guest.report_count()
        with genl.Socket() as socket:
            self.check(socket.report(last))

    def test_warning_in_the_midst_of_it_is_a_report_of_its_own(self):
        with sample(warn=1) as [warning, report]:
            self.check(report)
            self.assertEqual(warning["TOOL"], b"warning")
            self.assertIn("a warning in the midst of it", warning["TEXT"].decode().splitlines())

    def test_longest_name_fits_whatever_the_length_of_the_text(self):
        first, last = 3400, 3800  # around where the message's memory becomes twice as large
        before = guest.report_count()
        count = last - first + 1
        with genl.Socket(receive_buffer=16 << 20) as subscriber:
            subscriber.join()
            guest.run("modprobe", LENGTHS, f"first={first}", f"last={last}")
            self.addCleanup(guest.run, "rmmod", LENGTHS)
            came = itertools.islice(subscriber.notifications(), count)
            reports = [attributes for _, attributes in came]
        self.assertEqual([r["SEQ"] for r in reports], list(range(before + 1, before + count + 1)))
        self.assertEqual({r["TOOL"] for r in reports}, {b"a_name_of_thirty_one_characters"})
        with genl.Socket() as socket:
            self.assertEqual(socket.status()["MULTICAST_FAILED"], 0)

    def test_module_stays_as_long_as_somebody_uses_it(self):
        with sample(), self.assertRaisesRegex(guest.CommandFailed, "in use"):
            guest.rmmod()
