# SPDX-License-Identifier: MIT
"""One error in the kernel is one JSON line that says what happened and where."""

import itertools
import pathlib
import re

import guest
from case import ModuleTest
from kernel_log import KernelLog, printers, reports
from tool import Listener
from tracing import EndEvents

CONTEXTS = ("task", "softirq", "hardirq")

# What makes a report of each kind the one that was asked for.
HEADLINES = {
    "warn": "WARNING: .* fire_warn",
    "warn-msg": r"a message of the trigger module, CPU 1\nWARNING: .* fire_warn_message",
    "warn-long": r"line 1 of a long message, (?s:.*)\nline 13 of .*\nWARNING: .* warn_long",
    "kfence-uaf": r"BUG: KFENCE: use-after-free read in fire_access\+",
    "kfence-oob": r"BUG: KFENCE: out-of-bounds read in fire_access\+",
}


def address_of(function):
    """Of the trigger module's."""
    symbols = pathlib.Path("/proc/kallsyms").read_text()
    found = re.search(rf"^(\w+) t {function}\t\[{guest.TRIGGER}\]$", symbols, re.MULTILINE)
    return int(found[1], 16)


class TrueLine(ModuleTest):
    """The check of both kinds of reports."""

    def check(self, kind, context):
        events = self.enter(EndEvents())
        log = self.enter(KernelLog())
        listener = self.enter(Listener())

        shot = guest.fire(kind, context, cpu=1, comm=b"a task")
        [report] = listener.take(1)
        more = listener.finish()

        self.assertEqual(more, [], "more than one report")
        self.assertEqual(listener.stop["reports"], 1)
        [event] = events.take()
        self.assertEqual((event.pid, event.cpu, event.context), (shot.pid, 1, context))
        self.assertEqual(report["tool"], event.tool)
        self.assertEqual(report["tool"], "kfence" if "kfence" in kind else "warning")
        self.assertEqual(report["id"], f"{event.id:#018x}")
        self.assertEqual(report["pid"], shot.pid)
        self.assertEqual(report["comm"], "a task")
        self.assertEqual(report["cpu"], 1)
        self.assertEqual(report["context"], context)
        self.assertEqual(report["flags"], [])
        self.assertEqual(report["seq"], listener.start["report_count"] + 1)
        self.assertEqual([report["text"]], reports(log.texts()))
        self.assertEqual(report["text_bytes"], len(report["text"]))
        self.assertRegex(report["text"], "^" + HEADLINES[kind])
        self.assertEqual(set(printers(report["text"])), {(1, shot.pid)})


class WarnCapture(TrueLine):
    def test_id_of_a_warn_is_the_address_that_its_text_names(self):
        listener = self.enter(Listener())
        guest.fire("warn")
        [report] = listener.take(1)
        function, offset = re.search(r"(?:RIP: 0010:|pc : )(\w+)\+(0x\w+)", report["text"]).groups()
        self.assertEqual(int(report["id"], 16), address_of(function) + int(offset, 16))

    def test_comm_that_is_not_utf8_is_flagged_and_kept_as_far_as_it_is(self):
        listener = self.enter(Listener())
        guest.fire("warn", comm=b"a\xfftask")
        [report] = listener.take(1)
        self.assertEqual(report["comm"], "a\N{REPLACEMENT CHARACTER}task")
        self.assertIn("invalid_utf8", report["flags"])


class KfenceCapture(TrueLine):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.enterClassContext(guest.kfence())


def add_checks(case, kinds):
    for kind, context in itertools.product(kinds, CONTEXTS):

        def test(self, kind=kind, context=context):
            self.check(kind, context)

        setattr(case, f"test_{kind}_in_{context}_context_is_one_true_line", test)


add_checks(WarnCapture, ("warn", "warn-msg", "warn-long"))
if guest.has_kfence():
    add_checks(KfenceCapture, ("kfence-uaf", "kfence-oob"))
else:
    del KfenceCapture
