# SPDX-License-Identifier: MIT
"""Reports that are printed at the same time do not mix, whatever else is printed."""

import collections

import guest
from case import ModuleTest
from kernel_log import CUT_HERE, END_OF_WARN, END_TRACE, KernelLog, is_separator, printers
from noise import NOISE, Noise
from tool import Listener


class Concurrency(ModuleTest):
    def assert_whole(self, report, writers):
        """Of one writer and nobody else, from its first line to its last."""
        [writer] = [writer for writer in writers if writer.pid == report["pid"]]
        text = report["text"]
        self.assertEqual(report["flags"], [])
        self.assertEqual(report["cpu"], writer.cpu)
        self.assertTrue(text.startswith(f"a message of the trigger module, CPU {writer.cpu}\n"))
        self.assertEqual(text.count("a message of the trigger module"), 1)
        self.assertEqual(printers(text), [(writer.cpu, writer.pid)] * 2)
        self.assertRegex(text, END_OF_WARN)

    def assert_gapless(self, reports, listener):
        first = listener.start["report_count"] + 1
        self.assertEqual(
            [report["seq"] for report in reports], list(range(first, first + len(reports)))
        )

    def assert_same_lines(self, reports, texts):
        """Returns what the log has besides the reports."""
        logged = collections.Counter(text for text in texts if not is_separator(text))
        reported = collections.Counter(
            line for report in reports for line in report["text"].split("\n")
        )
        self.assertEqual(reported - logged, {}, "not in the kernel's log")
        return logged - reported

    def check_writers(self, writers, count):
        log = self.enter(KernelLog())
        listener = self.enter(Listener())

        for writer in writers:
            writer.start()
        reports = listener.take(count * len(writers))
        for writer in writers:
            writer.join()
        self.assertEqual(listener.finish(), [])

        self.assert_gapless(reports, listener)
        for report in reports:
            self.assert_whole(report, writers)
        for writer in writers:
            self.assertEqual(sum(report["pid"] == writer.pid for report in reports), count)
        self.assertEqual(self.assert_same_lines(reports, log.texts()), {})

    def test_two_cpus_at_once_lose_and_mix_nothing(self):
        self.check_writers([guest.Writer("warn-msg", count=100, cpu=cpu) for cpu in (1, 2)], 100)

    def test_all_cpus_in_all_contexts_lose_and_mix_nothing(self):
        contexts = ("task", "softirq", "hardirq", "task")
        self.check_writers(
            [
                guest.Writer("warn-msg", context, count=25, cpu=cpu)
                for cpu, context in enumerate(contexts)
            ],
            25,
        )

    def test_two_tasks_of_one_cpu_lose_and_mix_nothing(self):
        self.check_writers([guest.Writer("warn-msg", count=25, cpu=1) for _ in range(2)], 25)

    def test_lines_of_a_noisy_task_are_in_no_report(self):
        log = self.enter(KernelLog())
        listener = self.enter(Listener())

        with Noise():
            writer = guest.fire("warn-msg", count=50, cpu=1)
        reports = listener.take(50)
        self.assertEqual(listener.finish(), [])

        texts = log.texts()
        self.assertGreater(count_inside(texts), 0, "the noise never came between two lines")
        self.assert_gapless(reports, listener)
        for report in reports:
            self.assertNotIn(NOISE, report["text"])
            self.assert_whole(report, [writer])
        left = self.assert_same_lines(reports, texts)
        self.assertEqual([text for text in left if NOISE not in text], [])


def count_inside(texts):
    """Lines of noise between the first line and the last of a report."""
    inside, count = False, 0
    for text in texts:
        if text == CUT_HERE or text.startswith(END_TRACE):
            inside = text == CUT_HERE
        count += inside and NOISE in text
    return count
