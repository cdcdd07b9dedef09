# SPDX-License-Identifier: MIT
"""A kernel that has the module built in: it catches the reports of the boot itself."""

import pathlib

import genl
import guest
import json_line
import tool
from case import GuestTest
from kernel_log import KernelLog, reports

# Of the boot, by KASAN's own tests
KASAN = rb"BUG: KASAN: slab-out-of-bounds in kmalloc_oob_right"


def retained():
    with genl.Socket() as socket:
        reports, _ = socket.dump()
    return reports


class BuiltIn(GuestTest):
    # As KASAN's report taints the kernel.
    ends_lockdep = True

    def test_it_is_no_module(self):
        self.assertNotIn(guest.MODULE, pathlib.Path("/proc/modules").read_text())
        self.assertTrue(pathlib.Path("/sys/module", guest.MODULE, "parameters").exists())

    def test_report_of_a_driver_that_starts_is_there(self):
        [sample] = [report for report in retained() if report["TOOL"] == b"sample"]
        self.assertEqual((sample["FLAGS"], sample["COMM"]), (0, b"swapper/0"))
        self.assertIn(b"do_one_initcall", sample["TEXT"])

    def test_kasan_report_of_the_boot_is_there(self):
        found = [report for report in retained() if KASAN in report["TEXT"]]
        self.assertTrue(found)
        for report in found:
            self.assertEqual((report["TOOL"], report["FLAGS"]), (b"kasan", 0))

    def test_program_begins_with_the_boots(self):
        status, output, _ = tool.run_tool("list", "--json")
        self.assertEqual(status, 0)
        lines = json_line.parse_all(output)
        titles = [line.get("title", "") for line in lines]
        self.assertTrue(any("KASAN: slab-out-of-bounds" in title for title in titles), titles)

    def test_later_report_comes_like_any_other(self):
        last = guest.report_count() + 1
        guest.fire("warn-msg")
        guest.wait_until(lambda: guest.report_count() == last, f"report {last}")
        with genl.Socket() as socket:
            report = socket.report(last)
        self.assertEqual((report["TOOL"], report["FLAGS"]), (b"warning", 0))

    def test_parameters_are_the_command_lines(self):
        self.assertEqual(guest.parameters()["slots"], "5")


class Errors(GuestTest):
    """Whatever the kernel finds later, it delivers as it was printed."""

    ends_lockdep = True

    def test_each_kind_is_delivered_as_it_was_printed(self):
        kinds = [kind for kind in guest.kinds() if kind.startswith(("kasan-", "ubsan-"))]
        for kind in ["warn-msg", "warn-long", *kinds]:
            with self.subTest(kind=kind), KernelLog() as log:
                last = guest.report_count() + 1
                guest.fire(kind)
                guest.wait_until(lambda: guest.report_count() >= last, f"report {last}")
                with genl.Socket() as socket:
                    report = socket.report(last)
                self.assertEqual(report["TEXT"].decode(), reports(log.texts())[0])
