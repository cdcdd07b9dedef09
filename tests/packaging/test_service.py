# SPDX-License-Identifier: MIT
"""The unit and what belongs to it, as far as that can be told without starting it."""

import pathlib
import re
import subprocess
import tempfile
import unittest

import offered

PACKAGING = offered.PROJECT / "packaging"
UNIT = PACKAGING / "systemd/error-report.service"

# In tenths, as systemd-analyze takes it: 2.0.
WORST_EXPOSURE = "20"


def settings():
    """Of the unit: name → values, the lines of a long one joined."""
    found = {}
    text = UNIT.read_text(encoding="utf-8").replace("\\\n", " ")
    for name, value in re.findall(r"^(\w+)=(.*)", text, re.MULTILINE):
        found.setdefault(name, []).append(value)
    return found


def run(*command):
    """Its exit status, and what it said."""
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return done.returncode, done.stdout


class Service(unittest.TestCase):
    def test_it_is_as_little_exposed_as_promised(self):
        status, said = run(
            "systemd-analyze", "security", "--offline=true", "--no-pager",
            f"--threshold={WORST_EXPOSURE}", UNIT,
        )  # fmt: skip
        self.assertEqual(status, 0, said)
        self.assertIn("Overall exposure level for error-report.service", said)

    def test_systemd_understands_it(self):
        """With the program where it is installed."""
        with tempfile.TemporaryDirectory() as folder:
            unit = pathlib.Path(folder, UNIT.name)
            text = UNIT.read_text(encoding="utf-8")
            unit.write_text(re.sub(r"=error-report ", f"={offered.TOOL} ", text), encoding="utf-8")
            status, said = run("systemd-analyze", "verify", "--man=no", "--recursive-errors=no", unit)
        self.assertEqual((status, said), (0, ""))

    def test_it_starts_the_program_with_options_that_there_are(self):
        [command] = settings()["ExecStart"]
        self.assertLessEqual(
            set(re.findall(r"\s(--[\w-]+)", command)), set(offered.options("listen"))
        )

    def test_the_user_that_it_needs_is_made(self):
        [user] = settings()["User"]
        made = (PACKAGING / "sysusers.d/error-report.conf").read_text(encoding="utf-8")
        self.assertRegex(made, rf"(?m)^u {user} ")

    def test_logrotate_rotates_the_file_that_it_writes(self):
        [command] = settings()["ExecStart"]
        [log] = re.findall(r"file:(\S+)", command)
        snippet = (PACKAGING / "logrotate.d/error-report").read_text(encoding="utf-8")
        [pattern] = re.findall(r"^(/\S+) \{", snippet, re.MULTILINE)
        self.assertTrue(pathlib.PurePath(log).match(pattern), (log, pattern))


if __name__ == "__main__":
    unittest.main()
