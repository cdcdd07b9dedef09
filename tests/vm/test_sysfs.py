# SPDX-License-Identifier: MIT
"""The files of the 2021 interface."""

import contextlib
import itertools
import os
import re
import select
import threading

import genl
import guest
import staged
from case import ModuleTest
from kernel_log import END_OF_WARN, printers
from tool import Listener

LAST_REPORT = guest.SYSFS / "last_report"
REPORT_COUNT = guest.SYSFS / "report_count"
TRUNCATED = "<truncated>\n"


@contextlib.contextmanager
def watched(file):
    """A poll() that tells of changes since now: sysfs wants the file read first."""
    fd = os.open(file, os.O_RDONLY)
    os.read(fd, 4096)
    poll = select.poll()
    poll.register(fd, select.POLLPRI)
    yield poll
    os.close(fd)


class Reader:
    """Reads the file whenever poll() wakes it, until it has the text; a missed wake-up would
    leave it asleep behind the last report."""

    def __init__(self, file, text):
        self._file = file
        self._text = text
        self._read = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self):
        self._thread.start()
        return self

    def join(self):
        self._thread.join()
        if self._read != self._text:
            raise AssertionError(f"asleep after {self._read!r}, before {self._text!r}")

    def _run(self):
        fd = os.open(self._file, os.O_RDONLY)
        poll = select.poll()
        poll.register(fd, select.POLLPRI)
        woken = True
        while woken and self._read != self._text:
            self._read = os.pread(fd, 4096, 0).decode()
            woken = self._read == self._text or poll.poll(guest.DEADLINE_S * 1000)
        os.close(fd)


class Files(ModuleTest):
    def test_modes_are_those_promised(self):
        modes = {file.name: f"{file.stat().st_mode & 0o777:o}" for file in guest.SYSFS.iterdir()}
        self.assertEqual(modes, {"last_report": "400", "report_count": "444"})

    def test_count_and_text_agree_with_the_tool(self):
        listener = self.enter(Listener())
        self.assertEqual(listener.start["report_count"], guest.report_count())
        guest.fire("warn", count=3)
        last = listener.take(3)[-1]
        guest.wait_until(lambda: guest.report_count() == last["seq"], f"report_count {last['seq']}")
        self.assertEqual(LAST_REPORT.read_text(), last["text"] + "\n")
        listener.finish()
        self.assertEqual(listener.stop["report_count"], guest.report_count())
        self.assertEqual(listener.stop["to"], guest.report_count())

    def check_wakes(self, file):
        with watched(file) as poll:
            self.assertEqual(poll.poll(0), [], "awake before there is a report")
            guest.fire("warn")
            [(_, what)] = poll.poll(guest.DEADLINE_S * 1000) or [(None, 0)]
            self.assertTrue(what & select.POLLPRI)

    def test_poll_on_report_count_wakes(self):
        self.check_wakes(REPORT_COUNT)

    def test_poll_on_last_report_wakes(self):
        self.check_wakes(LAST_REPORT)

    def test_who_wakes_finds_the_report_that_woke_him(self):
        before = guest.report_count()
        with watched(REPORT_COUNT) as poll:
            guest.fire("warn-msg")
            poll.poll(guest.DEADLINE_S * 1000)
        self.assertEqual(guest.report_count(), before + 1)
        with genl.Socket() as socket:
            self.assertEqual(
                LAST_REPORT.read_bytes(), socket.report(before + 1)["TEXT"] + b"\n"
            )

    def test_who_polls_and_reads_comes_to_the_last_report_of_every_burst(self):
        for file, burst in itertools.product((REPORT_COUNT, LAST_REPORT), range(1, 16)):
            with self.subTest(file=file.name, burst=burst):
                reports = [staged.warning(f"{number} of {burst}") for number in range(burst)]
                text = {
                    REPORT_COUNT: f"{guest.report_count() + burst}\n",
                    LAST_REPORT: f"{reports[-1].text}\n",
                }
                reader = Reader(file, text[file]).start()
                guest.stage("task", *(step for report in reports for step in report.steps))
                reader.join()

    def test_long_report_is_cut_at_a_line_and_marked(self):
        listener = self.enter(Listener())
        guest.fire("warn-long", "hardirq")
        [report] = listener.take(1)
        self.assertGreater(len(report["text"]), 4095, "not long enough to test anything")
        guest.wait_until(lambda: guest.report_count() == report["seq"], "report_count")
        text = LAST_REPORT.read_text()
        self.assertLess(len(text), 4096)
        self.assertTrue(text.endswith("\n" + TRUNCATED))
        self.assertTrue(report["text"].startswith(text.removesuffix(TRUNCATED)))
        self.assertGreater(len(text), 3900, "more was cut than need be")

    def test_text_is_never_torn(self):
        writers = [guest.Writer("warn-msg", count=100, cpu=cpu).start() for cpu in (1, 2)]
        counts, texts = set(), set()
        while any(writer.is_alive() for writer in writers):
            counts.add(guest.report_count())
            texts.add(LAST_REPORT.read_text())
        for writer in writers:
            writer.join()
        self.assertGreater(len(counts), 10, "too few reads while reports came")
        headline = "a message of the trigger module, CPU "
        for text in (text for text in texts if headline in text):
            [asked] = re.findall(rf"{headline}(\d)", text)
            self.assertEqual([cpu for cpu, _ in printers(text)], [int(asked)] * 2)
            if not text.endswith(TRUNCATED):
                self.assertRegex(text[:-1], END_OF_WARN)
