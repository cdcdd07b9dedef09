# SPDX-License-Identifier: MIT
"""Valgrind finds nothing in a run from its first line to its last."""

import subprocess
import unittest

import replay

# It takes thirty times as long.
REPORTS = 1000
FOUND = 99


class Valgrind(unittest.TestCase):
    def test_a_replay_into_all_formats_is_clean(self):
        with replay.recording(REPORTS) as file:
            arguments = (
                *("--state", str(file.with_name("state"))),
                *("--metrics", str(file.with_name("metrics"))),
                *("--output", "stdout", "--output", "text@file:/dev/null"),
                *("--output", f"file:{file.with_name('reports.jsonl')}"),
            )
            done = subprocess.run(
                [
                    *("valgrind", "--quiet", f"--error-exitcode={FOUND}", "--leak-check=full"),
                    *replay.command(file, *arguments),
                ],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn('"event":"stop"', done.stdout.splitlines()[-1])


if __name__ == "__main__":
    unittest.main()
