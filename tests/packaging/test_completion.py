# SPDX-License-Identifier: MIT
"""Bash and zsh complete every command and every option, by asking the shells."""

import pathlib
import tempfile
import unittest

import offered

HERE = pathlib.Path(__file__).parent


class Completion:
    """For each shell: type() is what it offers for the last word."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)

    def type(self, *words):
        file = offered.PROJECT / self.file
        return offered.output_of(*self.shell, file, *words, FOLDER=self.folder.name).split()

    def test_it_offers_the_commands(self):
        self.assertEqual(sorted(self.type("error-report", "")), sorted(offered.commands()))

    def test_it_offers_the_options_of_each_command(self):
        for command in offered.commands():
            with self.subTest(command=command):
                found = self.type("error-report", command, "--")
                self.assertEqual(
                    sorted(name.removesuffix("=") for name in found),
                    sorted(offered.options(command)),
                )

    def test_it_offers_the_options_of_no_command(self):
        self.assertEqual(sorted(self.type("error-report", "--")), ["--help", "--version"])

    def test_it_offers_none_that_begins_otherwise(self):
        self.assertEqual(self.type("error-report", "list", "--js"), ["--json"])

    def test_it_offers_no_options_where_a_value_belongs(self):
        for command in offered.commands():
            for option in offered.values(command):
                with self.subTest(command=command, option=option):
                    found = self.type("error-report", command, option, "--")
                    self.assertEqual([name for name in found if name.startswith("--")], [])


class Bash(Completion, unittest.TestCase):
    shell = ("bash", HERE / "complete.bash")
    file = "packaging/completion/error-report.bash"


class Zsh(Completion, unittest.TestCase):
    shell = ("zsh", "-f", HERE / "complete.zsh")
    file = "packaging/completion/_error-report"


if __name__ == "__main__":
    unittest.main()
