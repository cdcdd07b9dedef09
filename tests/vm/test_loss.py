# SPDX-License-Identifier: MIT
"""Where there is no room reports are lost, and every loss is told and counted."""

import guest
import genl
import uapi
from case import ModuleTest
from tool import Listener


class Loss(ModuleTest):
    def take_all(self, listener, last):
        """The notifications up to the SEQ last."""
        found = []
        for command, attributes in listener.notifications():
            found.append((command, attributes))
            if attributes.get("LAST", attributes.get("SEQ")) == last:
                return found

    def assert_adds_up(self, notifications, status):
        """Every SEQ once, in order, as a report or as lost, with the counters agreeing."""
        expected, published, causes = 1, 0, 0
        for command, attributes in notifications:
            self.assertEqual(attributes["INSTANCE"], status["INSTANCE"])
            if command == uapi.CMD_REPORT_NTF:
                self.assertEqual(attributes["SEQ"], expected)
                published += 1
                expected += 1
            else:
                self.assertEqual(attributes["FIRST"], expected)
                causes |= attributes["CAUSE"]
                expected = attributes["LAST"] + 1
        self.assertEqual(expected, status["ENDED"] + 1)
        self.assertEqual(published, status["PUBLISHED"])
        self.assertEqual(
            status["ENDED"] - published, status["LOST_NO_SLOT"] + status["LOST_RING_FULL"]
        )
        return causes

    def check(self, cause, fire):
        """fire() makes more reports than there is room for and returns their number."""
        listener = self.enter(genl.Socket(receive_buffer=8 << 20))
        listener.join()
        tool = self.enter(Listener())
        socket = self.enter(genl.Socket())

        fired = fire()
        guest.wait_until(lambda: socket.status()["ENDED"] == fired, f"{fired} reports to end")
        notifications = self.take_all(listener, fired)
        status = socket.status()

        self.assertEqual(self.assert_adds_up(notifications, status), cause)
        guest.wait_until(lambda: guest.report_count() == fired, f"report_count {fired}")
        self.assert_tool_agrees(tool, tool.finish(), notifications)
        return status

    def assert_tool_agrees(self, tool, events, notifications):
        told = [
            (event["seq"], event["seq"])
            if event["event"] == "report"
            else (event["from"], event["to"])
            for event in events
            if event["event"] != "resync"
        ]
        self.assertEqual(
            told,
            [
                (n["SEQ"], n["SEQ"]) if command == uapi.CMD_REPORT_NTF else (n["FIRST"], n["LAST"])
                for command, n in notifications
            ],
        )
        self.assertEqual(tool.stop["report_count"], guest.report_count())
        self.assertEqual(tool.stop["to"], guest.report_count())


class FewSlots(Loss):
    parameters = {"slots": 1}

    def test_more_reports_in_one_interrupt_than_slots_are_told_as_lost(self):
        def fire():
            guest.fire("warn-burst", "hardirq")
            return guest.BURST

        status = self.check(uapi.CAUSE_NO_SLOT, fire)
        self.assertGreater(status["LOST_NO_SLOT"], 0)
        self.assertEqual(status["LOST_RING_FULL"], 0)
        # The spare slots are small: better the front of a report than none.
        self.assertEqual(status["TRUNCATED"], status["PUBLISHED"] - 1)


class SmallRing(Loss):
    parameters = {"ring_size": 262144, "slots": guest.BURST}

    def test_more_reports_than_the_ring_has_room_for_are_told_as_lost(self):
        def fire():
            # They are collected all at once when the interrupt ends: nobody sends meanwhile.
            guest.fire("warn-burst", "hardirq")
            return guest.BURST

        status = self.check(uapi.CAUSE_RING_FULL, fire)
        self.assertGreater(status["LOST_RING_FULL"], 0)
        self.assertEqual(status["LOST_NO_SLOT"], 0)


class SmallSlots(Loss):
    parameters = {"slot_size": 1024}

    def test_report_longer_than_a_slot_is_cut_at_a_line_and_says_so(self):
        tool = self.enter(Listener())
        guest.fire("warn-msg")
        [report] = tool.take(1)
        self.assertEqual(report["flags"], ["truncated"])
        self.assertLessEqual(len(report["text"]), 1024)
        self.assertGreater(len(report["text"]), 700)
        self.assertGreater(report["text_bytes"], 1024)
        with genl.Socket() as socket:
            self.assertEqual(socket.status()["TRUNCATED"], 1)
