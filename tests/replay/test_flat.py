# SPDX-License-Identifier: MIT
"""Memory does not grow with what was written."""

import json
import subprocess
import unittest

import replay
from process import peak_kib

REPORTS = 1_000_000
# By then each queue was full, and every path taken.
WARM = 100_000
# What a queue and a pipe hold before the end: it still runs.
LATE = REPORTS - 10_000
# A byte for each report would be found.
BOUND_KIB = 512


class Flat(unittest.TestCase):
    def check(self, reports, warm, late, *options):
        """Of a listener that writes so many: it does not grow from one line to the other."""
        peaks = []
        with replay.recording(reports) as file:
            # Without a state, which is written for each line and takes most of the time.
            metrics = f"--metrics={file.with_name('metrics')}"
            command = replay.command(file, metrics, "--output=stdout", *options)
            with subprocess.Popen(command, stdout=subprocess.PIPE) as listener:
                for number, line in enumerate(listener.stdout):
                    if number in (warm, late):
                        peaks.append(peak_kib(listener.pid))
        self.assertEqual(listener.returncode, 0)
        stop = json.loads(line)
        self.assertEqual((stop["event"], stop["to"]), ("stop", reports))
        before, after = peaks
        print(f"{before} KiB after {warm} lines, {after} KiB after {late} of {number + 1}")
        self.assertLess(after - before, BOUND_KIB)

    def test_a_million_reports_take_the_memory_of_the_first(self):
        self.check(REPORTS, WARM, LATE, "--output=text@file:/dev/null")

    def test_so_do_fewer_in_all_formats(self):
        # Each takes five times as long.
        self.check(REPORTS // 20, WARM // 10, LATE // 22, *replay.OTHER_FORMATS)

    def test_so_do_those_that_are_counted_and_redacted(self):
        # Most lines are of losses, one for a hundred reports.
        options = ("--dedup=1h", "--redact", *replay.OTHER_FORMATS)
        self.check(REPORTS // 4, WARM // 200, LATE // 500, *options)


if __name__ == "__main__":
    unittest.main()
