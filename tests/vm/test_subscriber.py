# SPDX-License-Identifier: MIT
"""A subscriber written with a common library, python3-pyroute2, which knows of the project no
more than the constants of the uAPI header."""

import errno

import guest
import uapi
from case import ModuleTest

TYPES = {"u32": "uint32", "u64": "uint64", "string": "cdata", None: "none"}


class Subscriber(ModuleTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Here, because it takes seconds.
        from pyroute2.netlink import NLM_F_DUMP, NLM_F_REQUEST, genlmsg
        from pyroute2.netlink.exceptions import NetlinkError
        from pyroute2.netlink.generic import GenericNetlinkSocket

        class Report(genlmsg):
            nla_map = tuple(
                (number, "A_" + name, TYPES[kind]) for number, name, kind in uapi.ATTRIBUTES["A_"]
            )

        class Subscription(GenericNetlinkSocket):
            def __init__(self):
                super().__init__(ext_ack=True)
                self.bind(uapi.FAMILY_NAME, Report)

            def subscribe(self):
                self.add_membership(uapi.MCGRP_REPORTS)

            def ask(self, seq, flags=0):
                message = Report()
                message["cmd"] = uapi.CMD_REPORT_GET
                message["version"] = uapi.FAMILY_VERSION
                message["attrs"] = [("A_SEQ", seq)]
                return tuple(self.nlm_request(message, self.prid, NLM_F_REQUEST | flags))

            def dump(self, seq):
                return self.ask(seq, NLM_F_DUMP)

        cls.refused = NetlinkError
        cls.socket_class = Subscription

    def setUp(self):
        super().setUp()
        self.socket = self.enter(self.socket_class())

    def test_it_receives_a_report(self):
        self.socket.subscribe()
        shot = guest.fire("warn-msg")
        [report] = self.socket.get()
        self.assertEqual(report["cmd"], uapi.CMD_REPORT_NTF)
        self.assertEqual(report.get_attr("A_PID"), shot.pid)
        self.assertEqual(report.get_attr("A_TOOL"), b"warning\0")
        self.assertEqual(report.get_attr("A_CONTEXT"), uapi.CONTEXT_TASK)
        self.assertIn(b"a message of the trigger module", report.get_attr("A_TEXT"))

    def test_it_dumps_from_a_seq_on(self):
        last = guest.report_count() + 5
        guest.fire("warn", count=5)
        guest.wait_until(lambda: guest.report_count() == last, f"report {last}")
        reports = self.socket.dump(last - 1)
        self.assertEqual([report.get_attr("A_SEQ") for report in reports][:2], [last - 1, last])

    def test_it_gets_one_by_its_seq(self):
        guest.fire("warn")
        guest.wait_until(guest.report_count, "a report")
        [report] = self.socket.ask(1)
        self.assertEqual(report.get_attr("A_SEQ"), 1)

    def test_it_is_told_why_one_is_missing(self):
        with self.assertRaises(self.refused) as refused:
            self.socket.ask(1 << 40)
        code, reason = refused.exception.args
        self.assertEqual(code, errno.ENOENT)
        self.assertEqual(reason, "no report has this sequence number yet")
