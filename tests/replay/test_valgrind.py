# SPDX-License-Identifier: MIT
"""Valgrind finds nothing in a run from its first line to its last."""

import subprocess
import unittest

import replay

# It takes thirty times as long.
REPORTS = 1000
FOUND = 99


class Valgrind(unittest.TestCase):
    def check(self, *options):
        with replay.recording(REPORTS) as file:
            arguments = (
                *("--state", str(file.with_name("state"))),
                *("--metrics", str(file.with_name("metrics"))),
                *("--output", "stdout", *replay.OTHER_FORMATS),
                *("--output", f"file:{file.with_name('reports.jsonl')}"),
                *options,
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
        return done.stdout

    def test_a_replay_into_all_formats_is_clean(self):
        self.assertNotIn('"event":"suppressed"', self.check())

    def test_so_is_one_that_is_counted_and_redacted(self):
        written = self.check("--dedup", "1h", "--redact")
        self.assertIn('"event":"suppressed"', written)
        self.assertNotIn('"comm":"bash"', written)


if __name__ == "__main__":
    unittest.main()
