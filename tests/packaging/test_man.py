# SPDX-License-Identifier: MIT
"""The man pages have everything that the program's --help has."""

import re
import unittest

import offered

MAN = offered.PROJECT / "docs/man"


def section(title):
    """Of error-report(1), as mdoc."""
    page = (MAN / "error-report.1").read_text(encoding="utf-8")
    [found] = re.findall(rf"^\.S[hs] {title}\n(.*?)(?=^\.S[hs] )", page, re.M | re.S)
    return found


def options(text):
    return {f"-{name}" for name in re.findall(r"\bFl (-[\w-]+)", text)}


def items(text):
    """The options that an entry of a list is about."""
    return options("\n".join(re.findall(r"^\.It (.*)", text, re.MULTILINE)))


class Man(unittest.TestCase):
    common = {"--help", "--version"}

    def test_it_describes_each_option_of_each_command_and_no_other(self):
        for command in offered.commands():
            with self.subTest(command=command):
                self.assertEqual(
                    items(section(command)), set(offered.options(command)) - self.common
                )
        self.assertEqual(items(section("Everywhere")), self.common)

    def test_its_synopsis_has_them_as_well(self):
        _, *commands, _ = section("SYNOPSIS").split(".Nm\n")
        found = {}
        for text in commands:
            command = re.match(r"\.Cm (\w+)", text)[1]
            found[command] = found.get(command, set()) | options(text)
        self.assertEqual(
            found,
            {name: set(offered.options(name)) - self.common for name in offered.commands()},
        )

    def test_it_has_the_exit_statuses(self):
        general, monitoring = re.split(r"^exits as", section("EXIT STATUS"), flags=re.M)
        self.assertEqual(
            tuple(re.findall(r"^\.It (\d)", text, re.M) for text in (general, monitoring)),
            offered.exit_statuses(),
        )


if __name__ == "__main__":
    unittest.main()
