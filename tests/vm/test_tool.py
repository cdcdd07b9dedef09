# SPDX-License-Identifier: MIT
"""error-report as its documentation promises it."""

import genl
import guest
import json_line
from case import ModuleTest, UnloadedTest
from tool import Listener, run_tool

COMMANDS = (("listen",), ("list",), ("show", "1"), ("status",))


class WithoutModule(UnloadedTest):
    def test_tool_says_that_the_module_is_not_loaded_and_how_to_load_it(self):
        for command in COMMANDS:
            with self.subTest(command=command):
                status, out, err = run_tool(*command)
                self.assertEqual((status, out), (3, ""))
                self.assertRegex(
                    err, r"^error-report: .*not loaded.*modprobe error_report_notify[^\n]*\n$"
                )

    def test_check_for_monitoring_is_critical(self):
        status, out, err = run_tool("status", "--check")
        self.assertEqual((status, err), (2, ""))
        self.assertRegex(out, r"^CRITICAL - [^\n|]*not loaded[^\n|]*\n$")


class Tool(ModuleTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        guest.fire("warn")
        guest.fire("warn-msg", "softirq")
        guest.wait_until(lambda: guest.report_count() == 2, "2 reports")

    def output(self, *arguments):
        status, out, err = run_tool(*arguments)
        self.assertEqual((status, err), (0, ""))
        return out

    def test_list_has_a_head_and_a_row_for_each_report(self):
        head, *rows = self.output("list").splitlines()
        self.assertEqual(head.split()[:3], ["SEQ", "TIME", "TOOL"])
        self.assertEqual([row.split()[0] for row in rows], ["1", "2"])
        self.assertIn("warning", rows[0])
        self.assertIn("softirq", rows[1])
        self.assertTrue(rows[1].endswith("a message of the trigger module, CPU 1"))

    def test_list_in_json_has_the_lines_of_listen(self):
        listed = self.output("list", "--json")
        listener = self.enter(Listener("--backlog"))
        listened = listener.take(2)
        self.assertEqual(json_line.parse_all(listed), listened)

    def test_show_has_the_text_and_where_it_comes_from(self):
        [report] = [json_line.parse(self.output("show", "2", "--json"))]
        shown = self.output("show", "2")
        self.assertIn(report["text"], shown)
        self.assertIn(f"cpu 1, pid {report['pid']} (python3), softirq context", shown)
        self.assertIn(report["id"], shown)

    def test_show_of_an_unknown_seq_says_so(self):
        status, out, err = run_tool("show", "4711")
        self.assertEqual((status, out), (5, ""))
        self.assertRegex(err, r"^error-report: there is no report 4711: .*yet[^\n]*\n$")

    def test_status_in_json_has_the_counters_of_the_kernel(self):
        said = json_line.parse(self.output("status", "--json"))
        with genl.Socket() as socket:
            status = socket.status()
        self.assertEqual(said["report_count"], status.pop("ENDED"))
        self.assertEqual(said["instance"], f"{status.pop('INSTANCE'):#018x}")
        self.assertEqual(said["module_version"], status.pop("VERSION").decode())
        for name, value in status.items():
            self.assertEqual(said[name.lower()], value, name)

    def test_status_names_the_counters(self):
        said = self.output("status")
        for words in ("reports ended", "published", "lost, no slot", "lost, ring full", "retained"):
            self.assertIn(words, said)

    def test_check_for_monitoring_counts_the_reports(self):
        for arguments, code, state in (
            ((), 0, "OK - 2 reports, none lost"),
            (("--warning", "2"), 0, "OK - 2 reports, none lost"),
            (("--warning", "1"), 1, "WARNING - 2 reports are more than 1"),
            (("--warning", "0", "--critical", "1"), 2, "CRITICAL - 2 reports are more than 1"),
        ):
            with self.subTest(arguments=arguments):
                status, out, err = run_tool("status", "--check", *arguments)
                self.assertEqual((status, err), (code, ""))
                self.assertRegex(out, rf"^{state} \| reports=2c;[^\n]*\n$")

    def test_listen_starts_where_the_kernel_stands_and_stops_likewise(self):
        listener = self.enter(Listener())
        self.assertEqual(listener.start["report_count"], guest.report_count())
        self.assertEqual(listener.start["from"], guest.report_count() + 1)
        self.assertEqual(listener.finish(), [])
        self.assertEqual(listener.stop["report_count"], guest.report_count())
        self.assertEqual((listener.stop["reports"], listener.stop["reason"]), (0, "SIGTERM"))

    def test_listen_with_count_ends_by_itself(self):
        listener = self.enter(Listener("--backlog", "--count", "1"))
        [report] = listener.drain()
        self.assertEqual(report["seq"], 1)
        self.assertEqual(listener.stop["reason"], "count")

    def test_listen_stopped_in_a_burst_has_every_report_up_to_its_last_line(self):
        listener = self.enter(Listener())
        writer = guest.Writer("warn", count=60).start()
        taken = listener.take(5)
        taken += listener.finish()
        writer.join()
        first = listener.start["from"]
        self.assertEqual(
            [report["seq"] for report in taken], list(range(first, listener.stop["to"] + 1))
        )
        self.assertEqual(listener.stop["to"], listener.stop["report_count"])

    def test_wrong_usage_is_status_2(self):
        for arguments in ((), ("lisst",), ("show",), ("show", "0"), ("listen", "--count", "x")):
            with self.subTest(arguments=arguments):
                status, out, err = run_tool(*arguments)
                self.assertEqual((status, out), (2, ""))
                self.assertRegex(err, r"^error-report: [^\n]*\n$")
