# SPDX-License-Identifier: MIT
"""The protocol of uapi/linux/error_report.h, seen from a plain socket."""

import errno
import itertools
import re
import time

import genl
import guest
import uapi
from case import ModuleTest


class Requests(ModuleTest):
    def setUp(self):
        super().setUp()
        self.socket = self.enter(genl.Socket())

    def fire(self, count=1, kind="warn-msg", context="task"):
        """The SEQ of the first."""
        first = self.socket.status()["ENDED"] + 1
        guest.fire(kind, context, count=count)
        last = first + count - 1
        guest.wait_until(lambda: guest.report_count() == last, f"report_count {last}")
        return first

    def refusal(self, command, payload=b"", flags=0):
        self.socket.send(command, payload, flags)
        with self.assertRaises(genl.Refused) as refused:
            list(self.socket.answer())
        return refused.exception

    def assert_refused(self, refusal, code, text):
        self.assertEqual(errno.errorcode[refusal.errno], errno.errorcode[code])
        self.assertRegex(refusal.strerror, text)

    def test_genl_ctrl_list_shows_family_operations_and_group(self):
        families = guest.run("genl-ctrl-list", "-d").split("\n0x")
        [ours] = [text for text in families if re.match(rf"\w+ {uapi.FAMILY_NAME} ", text)]
        self.assertIn(f"version {uapi.FAMILY_VERSION}", ours)
        for command, can in (
            (uapi.CMD_REPORT_GET, "has_doit,has_dump,has_policy"),
            (uapi.CMD_STATUS_GET, "has_doit"),
        ):
            self.assertRegex(ours, rf"op \w+ \(0x{command:02x}\) <{can}")
        self.assertEqual(ours.count("op "), 2)
        self.assertRegex(ours, rf"grp {uapi.MCGRP_REPORTS} \(")

    def test_notification_and_reply_are_the_same_report(self):
        listener = self.enter(genl.Socket())
        listener.join()
        seq = self.fire()
        command, notified = next(listener.notifications())
        self.assertEqual(command, uapi.CMD_REPORT_NTF)
        self.assertEqual(notified["SEQ"], seq)
        self.assertEqual(notified, self.socket.report(seq))
        self.assertEqual(
            set(notified), {name for _, name, kind in uapi.ATTRIBUTES["A_"] if kind}
        )

    def test_times_are_those_of_the_reports_end(self):
        def clocks():
            return [time.clock_gettime_ns(c) for c in (time.CLOCK_REALTIME, time.CLOCK_BOOTTIME)]

        before = clocks()
        report = self.socket.report(self.fire())
        after = clocks()
        # The clocks of the kernel's NMI-safe readers may be a tick behind.
        slack = 20_000_000
        for name, early, late in zip(("TIME_REAL", "TIME_BOOT"), before, after):
            self.assertLessEqual(early - slack, report[name])
            self.assertLessEqual(report[name], late + slack)

    def test_status_adds_up_and_names_the_parameters_in_force(self):
        last = self.fire(3) + 2
        status = self.socket.status()
        self.assertEqual(status["ENDED"], last)
        self.assertEqual(status["ENDED"], guest.report_count())
        self.assertEqual(
            status["ENDED"],
            status["PUBLISHED"] + status["LOST_NO_SLOT"] + status["LOST_RING_FULL"],
        )
        self.assertEqual((status["OLDEST_SEQ"], status["NEWEST_SEQ"]), (1, last))
        self.assertEqual(status["RING_REPORTS"], last)
        self.assertEqual(status["START_EVENT"], guest.uses_start_event())
        parameters = guest.parameters()
        for name in ("SLOTS", "SLOT_SIZE", "RING_SIZE", "SILENCE_MS"):
            self.assertEqual(status[name], int(parameters[name.lower()]), name)
        for name in ("TRUNCATED", "NO_EVENT", "UNTERMINATED", "NO_TEXT", "MULTICAST_FAILED"):
            self.assertEqual(status[name], 0, name)

    def test_dump_has_all_and_from_a_seq_on_the_rest(self):
        first = self.fire(5)
        reports, interrupted = self.socket.dump()
        self.assertEqual([report["SEQ"] for report in reports], list(range(1, first + 5)))
        self.assertFalse(interrupted)
        rest, _ = self.socket.dump(first + 2)
        self.assertEqual(rest, reports[-3:])
        self.assertEqual(self.socket.dump(first + 5), ([], False))

    def test_dump_has_a_report_that_is_larger_than_a_page(self):
        seq = self.fire(kind="warn-long", context="hardirq")
        with genl.Socket() as fresh:
            [report], _ = fresh.dump(seq)
        self.assertGreater(len(report["TEXT"]), 4096)

    def test_dump_under_traffic_ends_in_order_and_without_doubles(self):
        writers = [guest.Writer("warn", count=100, cpu=cpu).start() for cpu in (1, 2)]
        dumps = 0
        while any(writer.is_alive() for writer in writers) or not dumps:
            ended = self.socket.status()["ENDED"]
            reports, interrupted = self.socket.dump()
            seqs = [report["SEQ"] for report in reports]
            self.assertEqual(seqs, list(range(1, len(seqs) + 1)))
            self.assertGreaterEqual(len(seqs), ended)
            self.assertFalse(interrupted, "although nothing was evicted")
            dumps += 1
        for writer in writers:
            writer.join()
        self.assertGreater(dumps, 1, "no traffic during the dumps")

    def test_report_that_is_still_to_come_is_refused_with_a_reason(self):
        refusal = self.refusal(uapi.CMD_REPORT_GET, genl.seq(self.socket.status()["ENDED"] + 1))
        self.assert_refused(refusal, errno.ENOENT, "no report has this sequence number yet")

    def test_request_without_seq_is_refused_with_a_reason(self):
        self.assert_refused(
            self.refusal(uapi.CMD_REPORT_GET), errno.EINVAL, "a sequence number is needed"
        )

    def test_seq_0_is_refused_with_a_reason(self):
        for flags in (0, genl.NLM_F_DUMP):
            with self.subTest(flags=flags):
                refusal = self.refusal(uapi.CMD_REPORT_GET, genl.seq(0), flags)
                self.assert_refused(refusal, errno.ERANGE, "out of range")

    def test_seq_of_the_wrong_length_is_refused_with_a_reason(self):
        for flags, value in itertools.product((0, genl.NLM_F_DUMP), (b"", genl.u32(1))):
            with self.subTest(flags=flags, length=len(value)):
                payload = genl.attribute(uapi.A_SEQ, value)
                refusal = self.refusal(uapi.CMD_REPORT_GET, payload, flags)
                self.assert_refused(refusal, errno.EINVAL, "(?i)invalid attribute length|policy")

    def test_unknown_attribute_is_refused_with_a_reason(self):
        for number in (uapi.A_INSTANCE, uapi.A_MAX + 1):
            with self.subTest(attribute=number):
                payload = genl.seq(1) + genl.attribute(number, genl.u64(1))
                refusal = self.refusal(uapi.CMD_REPORT_GET, payload)
                self.assert_refused(refusal, errno.EINVAL, "(?i)unknown attribute|unsupported")

    def test_unknown_command_is_refused(self):
        for command in (uapi.CMD_REPORT_NTF, uapi.CMD_LOST_NTF, uapi.CMD_MAX + 1):
            with self.subTest(command=command):
                self.assertEqual(self.refusal(command).errno, errno.EOPNOTSUPP)

    def test_attribute_that_is_longer_than_the_message_is_refused(self):
        whole = genl.seq(1)
        self.assertEqual(self.refusal(uapi.CMD_REPORT_GET, whole[:-4]).errno, errno.EINVAL)

    def test_subscriber_that_does_not_read_gets_an_error_and_then_the_dump(self):
        listener = self.enter(genl.Socket(receive_buffer=8192))
        listener.join()
        first = self.fire(20)
        with self.assertRaises(OSError) as overrun:
            for _ in listener.notifications():
                pass
        self.assertEqual(overrun.exception.errno, errno.ENOBUFS)
        reports, _ = self.socket.dump(first)
        self.assertEqual(len(reports), 20)


class SmallRing(ModuleTest):
    parameters = {"ring_size": 262144}

    def setUp(self):
        super().setUp()
        self.socket = self.enter(genl.Socket())

    def evict(self):
        while self.socket.status().get("OLDEST_SEQ", 1) == 1:
            guest.fire("warn", count=20)

    def test_evicted_report_is_refused_with_a_reason(self):
        self.evict()
        with self.assertRaises(genl.Refused) as refused:
            self.socket.report(1)
        self.assertEqual(refused.exception.errno, errno.ENOENT)
        self.assertRegex(refused.exception.strerror, "evicted")

    def test_dump_has_what_is_retained(self):
        self.evict()
        reports, interrupted = self.socket.dump()
        status = self.socket.status()
        self.assertEqual(
            [report["SEQ"] for report in reports],
            list(range(status["OLDEST_SEQ"], status["NEWEST_SEQ"] + 1)),
        )
        self.assertEqual(len(reports), status["RING_REPORTS"])
        self.assertFalse(interrupted)

    def test_dump_whose_reports_are_evicted_meanwhile_ends_and_says_so(self):
        self.evict()
        self.socket.send(uapi.CMD_REPORT_GET, flags=genl.NLM_F_DUMP)
        answer = self.socket.answer()
        first = next(answer)
        with genl.Socket() as other:
            last = other.status()["NEWEST_SEQ"]
        guest.fire("warn", count=100)
        rest = list(answer)
        seqs = [genl.decode("A_", message.payload)["SEQ"] for message in (first, *rest)]
        self.assertEqual(seqs, sorted(set(seqs)))
        self.assertLessEqual(seqs[-1], last)
        self.assertTrue(self.socket.interrupted)
