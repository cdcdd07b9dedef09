# SPDX-License-Identifier: MIT
"""Reports up to the largest that an attribute holds, and what is cut off those that are larger."""

import genl
import guest
import json_line
import staged
from case import ModuleTest
from tool import Listener, run_tool

# A record of the kernel's log has a little more at the most.
LINE = 900
LARGEST = 65530
ENOUGH = 68  # lines, for 60 KB


def long_report(name, count):
    """Lines that tell themselves apart."""
    report = staged.warning(name, count)
    report.lines[1:] = [line.ljust(LINE, ".") for line in report.lines[1:]]
    return report


class Large(ModuleTest):
    parameters = {"slot_size": LARGEST}

    def test_report_of_60_kilobytes_is_multicast_dumped_and_shown_whole(self):
        report = long_report("the large one", ENOUGH)
        self.assertGreater(len(report.text), 60_000)
        listener = self.enter(Listener("--max-line", "0"))
        guest.stage("task", *report.steps)
        [got] = listener.take(1)
        self.assertEqual((got["text"], got["flags"]), (report.text, []))
        self.assertEqual(got["text_bytes"], len(report.text))
        with genl.Socket() as socket:
            dumped, _ = socket.dump(got["seq"])
            asked = socket.report(got["seq"])
        for found in (*dumped, asked):
            self.assertEqual(found["TEXT"].decode(), report.text)
        self.assertEqual(len(dumped), 1)
        status, shown, _ = run_tool("show", str(got["seq"]), "--json", "--max-line", "0")
        self.assertEqual((status, json_line.parse(shown)["text"]), (0, report.text))

    def check_cut(self, report, size):
        """Whole lines, as many as fit, and the truth about the rest."""
        listener = self.enter(Listener("--max-line", "0"))
        guest.stage("task", *report.steps)
        [got] = listener.take(1)
        fits, lines = 0, []
        for line in report.lines:
            if fits + len(line) > size:
                break
            lines.append(line)
            fits += len(line) + 1
        self.assertEqual(got["text"], "\n".join(lines))
        self.assertEqual(got["flags"], ["truncated"])
        self.assertEqual(got["text_bytes"], len(report.text))

    def test_larger_one_is_cut_at_the_end_of_a_line_and_says_how_long_it_was(self):
        self.check_cut(long_report("too large", 80), LARGEST)


class DefaultSlots(Large):
    """Also with the default size of slots."""

    parameters = {}
    test_report_of_60_kilobytes_is_multicast_dumped_and_shown_whole = None

    def test_larger_one_is_cut_at_the_end_of_a_line_and_says_how_long_it_was(self):
        self.check_cut(long_report("too large", 40), int(guest.parameters()["slot_size"]))
