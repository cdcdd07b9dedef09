# SPDX-License-Identifier: MIT
"""error-report parse, as people call it."""

import os
import pathlib
import subprocess
import unittest

import json_line

TOOL = os.environ["ERROR_REPORT"]
GOLDEN = pathlib.Path(__file__).resolve().parents[1] / "golden"
WARNING = GOLDEN / "debian-6.12/warn.log"
FAILURE = 1


def parse(*arguments, **options):
    return subprocess.run(
        [TOOL, "parse", *arguments], capture_output=True, text=True, check=False, **options
    )


class Parse(unittest.TestCase):
    def test_every_line_is_as_the_schema_says(self):
        logs = sorted(map(str, GOLDEN.glob("*/*.log")))
        done = parse(*logs)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        found = {event["source"] for event in json_line.parse_all(done.stdout)}
        self.assertGreater(len(found), len(logs) // 2)

    def test_a_short_line_is_as_the_schema_says(self):
        logs = sorted(map(str, GOLDEN.glob("*/*.log")))
        done = parse("--max-line", "4096", *logs)
        events = list(json_line.parse_all(done.stdout))
        self.assertLessEqual(max(map(len, done.stdout.splitlines())), 4096)
        self.assertTrue(any(event.get("report", {}).get("reduced") for event in events))

    def test_a_log_that_cannot_be_read_hides_no_other(self):
        done = parse("/missing/one", str(WARNING), "/", "/missing/two")
        self.assertEqual(done.returncode, FAILURE)
        self.assertEqual([event["source"] for event in json_line.parse_all(done.stdout)], [str(WARNING)])
        self.assertEqual(
            done.stderr.splitlines(),
            [
                "error-report: cannot open /missing/one: No such file or directory",
                "error-report: cannot read /: Is a directory",
                "error-report: cannot open /missing/two: No such file or directory",
            ],
        )

    def test_standard_input_is_the_log_without_a_file(self):
        done = parse(input=WARNING.read_text())
        self.assertEqual([event["source"] for event in json_line.parse_all(done.stdout)], ["-"])

    def test_an_output_that_is_full_ends_it(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run(
                [TOOL, "parse", WARNING, WARNING],
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )
        self.assertEqual(done.returncode, FAILURE)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)


if __name__ == "__main__":
    unittest.main()
