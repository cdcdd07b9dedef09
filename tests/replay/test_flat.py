# SPDX-License-Identifier: MIT
"""Memory does not grow with what was written."""

import json
import pathlib
import re
import subprocess
import unittest

import replay

REPORTS = 1_000_000
# By then each queue was full, and every path taken.
WARM = 100_000
# What a queue and a pipe hold before the end: it still runs.
LATE = REPORTS - 10_000
# A byte for each report would be found.
BOUND_KIB = 512


def peak_kib(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1])


class Flat(unittest.TestCase):
    def test_a_million_reports_take_the_memory_of_the_first(self):
        peaks = []
        with replay.recording(REPORTS) as file:
            command = replay.command(
                file,
                *("--metrics", str(file.with_name("metrics"))),
                # Without a state, which is written for each line and takes most of the time.
                *("--output", "stdout", "--output", "text@file:/dev/null"),
            )
            with subprocess.Popen(command, stdout=subprocess.PIPE) as listener:
                for number, line in enumerate(listener.stdout):
                    if number in (WARM, LATE):
                        peaks.append(peak_kib(listener.pid))
        self.assertEqual(listener.returncode, 0)
        stop = json.loads(line)
        self.assertEqual((stop["event"], stop["to"]), ("stop", REPORTS))
        before, after = peaks
        print(f"{before} KiB after {WARM} lines, {after} KiB after {LATE}")
        self.assertLess(after - before, BOUND_KIB)


if __name__ == "__main__":
    unittest.main()
