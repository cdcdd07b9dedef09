# SPDX-License-Identifier: MIT
"""The module can go at any moment, whoever uses it."""

import contextlib
import errno
import os
import select

import genl
import guest
import staged
import uapi
from case import UnloadedTest
from kernel_log import CUT_HERE, KernelLog

ROUNDS = 10 if guest.is_sanitized() else 50


class Unload(UnloadedTest):
    def test_again_and_again_while_reports_fire_in_all_contexts(self):
        log = self.enter(KernelLog())
        captured = 0
        with contextlib.ExitStack() as storm:
            for cpu, context in enumerate(("task", "softirq", "hardirq"), 1):
                storm.enter_context(guest.firing("warn", context, cpu=cpu))
            for _ in range(ROUNDS):
                with guest.module(), open(guest.SYSFS / "report_count") as count:
                    captured += wait_for_first(count)
        self.assertGreaterEqual(captured, ROUNDS)
        printed = sum(text == CUT_HERE for text in log.texts())
        self.assertGreater(printed, captured, "nothing was printed while it was not loaded")

    def test_subscriber_with_an_open_socket_does_not_hold_it(self):
        with guest.module():
            listener = self.enter(genl.Socket())
            listener.join()
            guest.fire("warn")
            next(listener.notifications())
        self.assertFalse(guest.is_loaded())
        with guest.module():
            guest.fire("warn")
        # The group went with the module; what came of the second load is not ours.
        self.assertEqual(select.select([listener], [], [], 0)[0], [])

    def test_report_that_is_open_is_delivered_before_it_goes(self):
        report = staged.warning("open at unload")
        steps = ("task", *report.begin, *report.body, "sleep 5000", *report.end)
        log = self.enter(KernelLog())
        with guest.module():
            listener = self.enter(genl.Socket())
            listener.join()
            printing = guest.Order(guest.STAGE, "\n".join(steps)).start()
            guest.wait_until(lambda: report.lines[-1] in log.texts(), "the report's last line")
        command, got = next(listener.notifications())
        self.assertEqual(command, uapi.CMD_REPORT_NTF)
        self.assertEqual(got["TEXT"].decode(), report.text)
        self.assertEqual(got["FLAGS"], uapi.FLAG_UNTERMINATED)
        printing.join()

    def test_request_to_a_module_that_went_is_refused(self):
        with guest.module():
            socket = self.enter(genl.Socket())
        with self.assertRaises(genl.Refused) as refused:
            socket.status()
        self.assertEqual(refused.exception.errno, errno.ENOENT)

    def test_dump_that_was_not_read_to_its_end_holds_it_until_the_socket_closes(self):
        guest.insmod()
        with genl.Socket() as socket:
            guest.fire("warn", count=30)
            socket.send(uapi.CMD_REPORT_GET, flags=genl.NLM_F_DUMP)
            with self.assertRaisesRegex(guest.CommandFailed, "in use"):
                guest.rmmod()
        guest.rmmod()
        self.assertFalse(guest.is_loaded())

    def test_open_sysfs_file_does_not_hold_it(self):
        with guest.module():
            fd = os.open(guest.SYSFS / "report_count", os.O_RDONLY)
            self.addCleanup(os.close, fd)
            os.read(fd, 100)
        self.assertFalse(guest.is_loaded())
        with self.assertRaises(OSError) as gone:
            os.pread(fd, 100, 0)
        self.assertEqual(gone.exception.errno, errno.ENODEV)

    def test_looking_for_the_family_does_not_load_it(self):
        with self.assertRaises(genl.Refused) as refused:
            genl.Socket()
        self.assertEqual(refused.exception.errno, errno.ENOENT)
        self.assertFalse(guest.is_loaded())

    def test_another_load_is_another_instance_and_begins_at_1(self):
        instances = set()
        for _ in range(3):
            with guest.module(), genl.Socket() as socket:
                status = socket.status()
                self.assertEqual(status["ENDED"], 0)
                self.assertNotIn("OLDEST_SEQ", status)
                instances.add(status["INSTANCE"])
        self.assertEqual(len(instances), 3)


def wait_for_first(count):
    """Reports so far, once there is one."""
    poll = select.poll()
    poll.register(count, select.POLLPRI)
    while not (found := int(os.pread(count.fileno(), 100, 0))):
        if not poll.poll(guest.DEADLINE_S * 1000):
            raise AssertionError("no report was captured")
    return found
