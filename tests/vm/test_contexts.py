# SPDX-License-Identifier: MIT
"""Wherever in the kernel a report is printed, it arrives whole and says where that was."""

import itertools
import pathlib

import guest
import staged
from case import ModuleTest
from kernel_log import KernelLog, OWN_WARN_IN_NMI, reports
from tool import Listener

HAS_NMI = "nmi" in guest.contexts()

CLEAR_WARN_ONCE = pathlib.Path("/sys/kernel/debug/clear_warn_once")


def warns_in_nmi():
    """6.1 finds fault with its own trace event: once a boot, in the first line of an NMI."""
    return HAS_NMI and guest.release() == (6, 1)


class Contexts(ModuleTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if warns_in_nmi():
            guest.stage("nmi", "print the first line in an NMI")

    def check_staged(self, context, report):
        listener = self.enter(Listener())
        shot = guest.stage(context, *report.steps, comm=b"a task")
        [got] = listener.take(1)
        self.assertEqual(listener.finish(), [])

        idle = context == "idle"
        self.assertEqual(got["text"], report.text)
        self.assertEqual(got["flags"], [])
        self.assertEqual((got["tool"], got["id"]), (report.tool, f"{report.id:#018x}"))
        self.assertEqual((got["context"], got["cpu"]), (guest.CONTEXTS[context], 1))
        if context not in ("softirq", "hardirq", "nmi"):
            # An interrupt may find another task than the one that asked for it.
            self.assertEqual(got["pid"], 0 if idle else shot.pid)
            self.assertEqual(got["comm"], "swapper/1" if idle else "a task")

    def check_real(self, context):
        log = self.enter(KernelLog())
        listener = self.enter(Listener())
        guest.fire("warn-msg", context)
        [got] = listener.take(1)
        self.assertEqual(listener.finish(), [])
        self.assertEqual([got["text"]], reports(log.texts()))
        self.assertEqual((got["context"], got["flags"]), (guest.CONTEXTS[context], []))

    def test_report_follows_its_task_to_another_cpu(self):
        report = staged.warning("migration")
        listener = self.enter(Listener())
        guest.stage("task", *report.begin, "cpu 2", "sleep 10", *report.body, "cpu 3", *report.end)
        [got] = listener.take(1)
        self.assertEqual(listener.finish(), [])
        self.assertEqual((got["text"], got["cpu"], got["flags"]), (report.text, 1, []))

    def test_reports_of_interrupts_in_the_midst_of_a_report_are_reports_of_their_own(self):
        listener = self.enter(Listener())
        outer = staged.warning("the task")
        inside = [c for c in ("softirq", "hardirq", "nmi", "rq-lock") if c in guest.contexts()]
        inner = [(c, staged.kasan(c)) for c in inside]
        waiting = guest.Order(
            guest.STAGE,
            "\n".join(("task", *outer.begin, "sleep 3000", *outer.body, *outer.end)),
        ).start()
        for context, report in inner:
            guest.stage(context, *report.steps)
        waiting.join()
        got = listener.take(len(inner) + 1)
        self.assertEqual(listener.finish(), [])
        self.assertEqual(
            [(report["tool"], report["text"]) for report in got],
            [(report.tool, report.text) for report in (*(r for _, r in inner), outer)],
        )

    def test_first_line_of_an_nmi_may_make_the_kernel_itself_warn(self):
        CLEAR_WARN_ONCE.write_text("1")
        log = self.enter(KernelLog())
        listener = self.enter(Listener())
        report = staged.kasan("NMI")
        guest.stage("nmi", *report.steps)
        got = listener.take(2 if warns_in_nmi() else 1)
        self.assertEqual(listener.finish(), [])
        texts = log.texts()
        self.assertEqual(sum(bool(OWN_WARN_IN_NMI.search(t)) for t in texts), len(got) - 1)
        self.assertEqual([r["context"] for r in got], ["nmi"] * len(got))
        self.assertEqual([r["flags"] for r in got], [[]] * len(got))
        self.assertIn(report.text, [r["text"] for r in got])
        for own in (r for r in got if r["text"] != report.text):
            self.assertRegex(own["text"], OWN_WARN_IN_NMI)
            self.assertNotIn("staged", own["text"])


def add_checks():
    for context, make in itertools.product(guest.contexts(), (staged.warning, staged.kasan)):

        def test(self, context=context, make=make):
            self.check_staged(context, make(context))

        setattr(Contexts, f"test_staged_{make.__name__}_in_{context}_is_one_true_line", test)
    for context in (c for c in guest.contexts() if c not in guest.LOCKED):

        def test_real(self, context=context):
            self.check_real(context)

        setattr(Contexts, f"test_real_warning_in_{context}_is_one_true_line", test_real)


add_checks()
if not HAS_NMI:
    del Contexts.test_first_line_of_an_nmi_may_make_the_kernel_itself_warn
