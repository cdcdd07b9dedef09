# SPDX-License-Identifier: MIT
"""The subscribers in examples/ print what the kernel reports."""

import os
import pathlib
import select
import shutil
import subprocess
import time

import guest
from case import ModuleTest
from process import Process

SOURCES = pathlib.Path(__file__).resolve().parent.parent.parent / "examples"
# Beside the program, which is where they are built.
BUILT = pathlib.Path(shutil.which("error-report")).resolve().parent / "examples"

MESSAGE = "a message of the trigger module"


def fire(count=1):
    """The SEQ of the last one, once sysfs has it."""
    last = guest.report_count() + count
    guest.fire("warn-msg", count=count)
    guest.wait_until(lambda: guest.report_count() == last, f"report {last}")
    return last


class Subscriber(Process):
    """An example that runs; its output so far is in text."""

    def __init__(self, *command):
        super().__init__(*command, stdout=subprocess.PIPE)
        self.text = ""

    def _await_ready(self):
        line = self._process.stderr.readline()
        if line != b"subscribed\n":
            raise AssertionError(line + self._process.stderr.read())

    def read_until(self, text):
        deadline = time.monotonic() + guest.DEADLINE_S
        output = self._process.stdout
        while text not in self.text:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([output], [], [], left)[0]:
                raise AssertionError(f"no {text!r} in {self.text!r}")
            data = os.read(output.fileno(), 1 << 16)
            if not data:
                raise AssertionError(f"it ended: {self._process.stderr.read()}")
            self.text += data.decode()


class Examples(ModuleTest):
    commands = {
        "C": (BUILT / "subscriber_c",),
        "C++": (BUILT / "subscriber_cpp",),
        "Python": ("/usr/bin/python3", SOURCES / "subscriber.py"),
    }

    library = (BUILT / "titles",)

    def test_each_prints_a_report_with_its_number_its_tool_and_its_text(self):
        for language, command in self.commands.items():
            with self.subTest(language=language), Subscriber(*command) as subscriber:
                seq = fire()
                subscriber.read_until(f"{seq} warning\n")
                subscriber.read_until(MESSAGE)

    def test_the_one_in_cpp_begins_with_what_is_retained_and_prints_each_once(self):
        fire(3)
        with Subscriber(*self.commands["C++"]) as subscriber:
            last = fire(2)
            subscriber.read_until(f"\n{last} warning\n")
        heads = [line for line in subscriber.text.splitlines() if line.endswith(" warning")]
        self.assertEqual(heads, [f"{seq} warning" for seq in range(1, last + 1)])

    def test_the_one_with_the_library_prints_titles_also_after_a_reload(self):
        with Subscriber(*self.library) as subscriber:
            subscriber.read_until(f"{fire()} WARNING in ")
            guest.rmmod()
            guest.insmod()
            subscriber.text = ""
            subscriber.read_until(f"{fire()} WARNING in ")

    def test_each_says_that_the_module_is_missing(self):
        guest.rmmod()
        self.addCleanup(guest.insmod)
        for language, command in (self.commands | {"library": self.library}).items():
            with self.subTest(language=language):
                done = subprocess.run(
                    command, capture_output=True, timeout=guest.DEADLINE_S, check=False
                )
                self.assertEqual((done.returncode, done.stdout), (1, b""))
                self.assertNotIn(b"Traceback", done.stderr)
