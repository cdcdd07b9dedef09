# SPDX-License-Identifier: MIT
"""Reports inside reports, reports that never end, and what only looks like a report."""

import os
import re

import genl
import guest
import staged
from case import ModuleTest
from kernel_log import CUT_HERE, KernelLog, RULE, reports
from tool import Listener

SILENCE_MS = 300


class Unfinished(ModuleTest):
    # One slot: who does not give it back is found out.
    parameters = {"silence_ms": SILENCE_MS, "slots": 1}

    def setUp(self):
        super().setUp()
        self.listener = self.enter(Listener())

    def check(self, *expected):
        """(tool, text, flags) of each report, in this order, and no other report."""
        got = self.listener.take(len(expected))
        self.assertEqual([(r["tool"], r["text"], r["flags"]) for r in got], list(expected))
        self.assertEqual(self.listener.finish(), [])
        return got

    def check_adds_up(self):
        with genl.Socket() as socket:
            status = socket.status()
        lost = status["LOST_NO_SLOT"] + status["LOST_RING_FULL"]
        self.assertEqual((status["ENDED"], lost), (status["PUBLISHED"], 0))


class NeverEnding(Unfinished):
    def check_no_event(self, report):
        guest.stage("task", *report.steps)
        [got] = self.check((report.tool, report.text, ["no_event"]))
        self.assertNotIn("id", got)

    def test_asynchronous_kasan_ends_at_its_rule(self):
        self.check_no_event(staged.kasan_async("async"))

    def test_bug_ends_at_its_footer(self):
        self.check_no_event(staged.bug("mm/slub.c:1"))

    def test_ubsan_ends_at_its_footer(self):
        self.check_no_event(staged.ubsan("lib/here.c:1:2"))

    def test_report_whose_event_does_not_come_ends_at_the_next_record(self):
        report = staged.warning("without event")
        guest.stage("task", *report.steps[:-1], "print something else")
        self.check(("warning", report.text, ["no_event"]))

    def test_report_that_falls_silent_is_delivered_after_a_while(self):
        report = staged.warning("silence")
        guest.stage("task", *report.begin, *report.body)
        self.check(("warning", report.text, ["unterminated"]))

    def test_many_that_never_end_keep_no_slot(self):
        texts = []
        for number in range(5):
            report = staged.warning(f"number {number}")
            guest.stage("task", *report.begin, *report.body)
            # Full slots have room for it, spare ones have not.
            [got] = self.listener.take(1)
            self.assertEqual((got["text"], got["flags"]), (report.text, ["unterminated"]))
            texts.append(got["text"])
        self.assertEqual(len(set(texts)), 5)
        self.check_adds_up()

    def test_event_without_a_report_is_told_as_one_without_text(self):
        guest.stage("task", "end kasan 0xabc")
        [got] = self.check(("kasan", "", ["no_text"]))
        self.assertEqual(got["id"], "0x0000000000000abc")


class Slow(Unfinished):
    # Far more than a busy host adds to a sleep, and less than all of them together.
    silence_ms = 8 * SILENCE_MS
    parameters = {"silence_ms": silence_ms, "slots": 1}

    def test_report_that_is_printed_slowly_is_not_taken_for_silent(self):
        report = staged.warning("slowness", count=8)
        slow = [step for line in report.body for step in (f"sleep {self.silence_ms // 4}", line)]
        guest.stage("task", *report.begin, *slow, *report.end)
        self.check(("warning", report.text, []))


class RealBug(Unfinished):
    # arm64's context tracking warns of how the thread dies, later and not always.
    aftermath = re.compile(r"WARNING: .* ct_kernel_exit")
    provokes = re.compile(rf"Oops: invalid opcode|Oops - BUG: |{aftermath.pattern}")
    ends_lockdep = True

    def test_oops_of_a_bug_ends_at_its_footer(self):
        log = self.enter(KernelLog())
        guest.fire("bug")
        [got] = self.listener.take(1)
        more = [r for r in self.listener.finish() if not self.aftermath.match(r["text"])]
        self.assertEqual(more, [])
        self.assertEqual((got["tool"], got["flags"]), ("bug", ["no_event"]))
        self.assertEqual(got["comm"], "bug_victim")
        self.assertEqual(got["text"], reports(log.texts())[0])
        self.assertRegex(got["text"], r"^kernel BUG at \S*fire.c:\d+!\n")
        self.assertRegex(got["text"], r"\n(RIP: 0010:|pc : )die\+")


class Nested(Unfinished):
    parameters = {"silence_ms": SILENCE_MS}

    def test_report_inside_another_of_the_same_context_leaves_both_whole(self):
        outer, inner = staged.kasan("outer"), staged.warning("inner")
        guest.stage("irqs-off", *outer.begin, *inner.steps, *outer.body, *outer.end)
        self.check(("warning", inner.text, []), ("kasan", outer.text, []))

    def test_kasan_report_inside_a_warning_leaves_both_whole(self):
        outer, inner = staged.warning("outer"), staged.kasan("inner")
        guest.stage("irqs-off", *outer.begin, *inner.steps, *outer.body, *outer.end)
        self.check(("kasan", inner.text, []), ("warning", outer.text, []))

    def test_real_warning_inside_a_staged_report_leaves_both_whole(self):
        log = self.enter(KernelLog())
        outer = staged.kasan("outer")
        guest.stage("task", *outer.begin, "warn", *outer.body, *outer.end)
        got = self.listener.take(2)
        self.assertEqual(self.listener.finish(), [])
        [real] = [text for text in reports(log.texts()) if "fire" in text or "play_warn" in text]
        self.assertEqual([r["text"] for r in got], [real, outer.text])
        self.assertEqual([r["flags"] for r in got], [[], []])

    def test_three_deep_are_three_reports(self):
        a, b, c = staged.warning("a"), staged.kasan("b"), staged.warning("c")
        steps = [*a.begin, *b.begin, *c.steps, *b.body, *b.end, *a.body, *a.end]
        guest.stage("hardirq", *steps)
        self.check(*((r.tool, r.text, []) for r in (c, b, a)))

    def test_header_inside_a_report_that_never_ends_leaves_the_outer_one_whole(self):
        outer, inner = staged.warning("outer"), staged.warning("inner")
        guest.stage("task", *outer.begin, *inner.begin)
        self.check(*((r.tool, r.lines[0], ["unterminated"]) for r in (outer, inner)))


class Forged(Unfinished):
    """Who may write /dev/kmsg may forge a report, but none that has an event."""

    parameters = {"silence_ms": 3000}

    def write_log(self, *records):
        """From one CPU: a rule opens a report only with a headline behind it on the same CPU."""
        allowed = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {min(allowed)})
        self.addCleanup(os.sched_setaffinity, 0, allowed)
        with open("/dev/kmsg", "wb", buffering=0) as log:
            for record in records:
                log.write(record.encode())

    def test_forged_kasan_report_has_no_event(self):
        report = staged.kasan_async("forgery")
        self.write_log(RULE, *report.lines, RULE)
        self.check(("kasan", report.text, ["no_event"]))

    def test_forged_warning_is_told_without_event(self):
        report = staged.warning("forgery")
        self.write_log(CUT_HERE, *report.lines, staged.FOOTER, "another record")
        self.check(("warning", report.text, ["no_event"]))

    def test_header_alone_is_unterminated(self):
        self.write_log(CUT_HERE, "no headline")
        self.check(("unknown", "no headline", ["unterminated"]))

    def test_rule_and_footer_alone_are_nothing(self):
        self.write_log(RULE, "no headline", RULE, staged.FOOTER)
        guest.stage("task", *(report := staged.warning("after it")).steps)
        self.check(("warning", report.text, []))

    def test_marks_inside_a_record_are_text(self):
        report = staged.kasan("marks", count=2)
        hostile = rf"a\n{RULE}\nBUG: KASAN: forged\n{CUT_HERE}\n{staged.FOOTER}\nb"
        guest.stage("task", *report.begin, f"print {hostile}", *report.body, *report.end)
        first, last = report.lines
        text = "\n".join((first, hostile.replace(r"\n", "\n"), last))
        self.check(("kasan", text, []))

    def test_forger_in_the_midst_of_a_report_does_not_reach_it(self):
        report = staged.warning("honest")
        waiting = guest.Order(
            guest.STAGE,
            "\n".join(("task", *report.begin, "sleep 1000", *report.body, *report.end)),
        ).start()
        forged = staged.kasan_async("forgery")
        self.write_log(staged.FOOTER, RULE, *forged.lines, RULE)
        waiting.join()
        self.check(("kasan", forged.text, ["no_event"]), ("warning", report.text, []))

    def test_hostile_task_name_forges_nothing(self):
        for comm in (b"\nBUG: forged", b"====\n====\n====", b"---[ end trace ", b"\0\n\x1b[2J"):
            with self.subTest(comm=comm):
                log = self.enter(KernelLog())
                guest.fire("warn", comm=comm)
                [got] = self.listener.take(1)
                self.assertEqual((got["tool"], got["flags"]), ("warning", []))
                self.assertEqual([got["text"]], reports(log.texts()))
        self.assertEqual(self.listener.finish(), [])
