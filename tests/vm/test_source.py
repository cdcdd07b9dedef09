# SPDX-License-Identifier: MIT
"""error-report listen, with each source but the usual one; and what records for one of them."""

import contextlib
import os
import pathlib
import signal

import genl
import guest
import json_line
from case import ModuleTest, UnloadedTest
from privileges import as_nobody_with
from recorder import Recorder, reports_of
from tool import Listener, run_tool

RMEM_MAX = pathlib.Path("/proc/sys/net/core/rmem_max")


@contextlib.contextmanager
def stopped(process):
    """It gets no turn as long as this lasts."""
    os.kill(process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process.pid, signal.SIGCONT)


@contextlib.contextmanager
def small_receive_buffers():
    """For those without CAP_NET_ADMIN."""
    before = RMEM_MAX.read_text()
    RMEM_MAX.write_text("2304")
    try:
        yield
    finally:
        RMEM_MAX.write_text(before)


def ranges_of(events):
    """(first, last) of each report and each loss."""
    return [
        (event["seq"], event["seq"]) if event["event"] == "report" else (event["from"], event["to"])
        for event in events
        if event["event"] in ("report", "lost")
    ]


def take_reports(listener, count):
    """So many; other events are passed over."""
    found = []
    while len(found) < count:
        found += reports_of([listener.next()])
    return found


def listed():
    status, out, err = run_tool("list", "--json")
    if status:
        raise AssertionError(err)
    return json_line.parse_all(out)


class Poll(ModuleTest):
    def listener(self, *arguments):
        return self.enter(
            Listener("--source", "poll", *arguments, prefix=as_nobody_with("syslog"))
        )

    def test_poll_with_cap_syslog_alone_gets_every_report_of_a_burst(self):
        guest.fire("warn")
        listener = self.listener()
        writers = [guest.Writer("warn", count=40, cpu=cpu).start() for cpu in (1, 2)]
        taken = listener.take(80)
        for writer in writers:
            writer.join()
        first = listener.start["from"]
        self.assertEqual([report["seq"] for report in taken], list(range(first, first + 80)))
        self.assertEqual(taken, listed()[-80:])
        self.assertEqual(listener.finish(), [])
        self.assertEqual(listener.stop["to"], guest.report_count())

    def test_poll_wakes_for_each_report(self):
        listener = self.listener()
        for _ in range(3):
            guest.fire("warn")
            listener.take(1)

    def test_poll_without_cap_syslog_names_it(self):
        status, out, err = run_tool(
            "listen", "--source", "poll", prefix=as_nobody_with("net_admin")
        )
        self.assertEqual((status, out), (4, ""))
        self.assertRegex(err, r"^error-report: [^\n]*CAP_SYSLOG[^\n]*\n$")


class PollOfASmallRing(ModuleTest):
    parameters = {"ring_size": 262144}

    def test_poll_that_is_late_tells_of_what_was_evicted(self):
        listener = self.enter(
            Listener("--source", "poll", prefix=as_nobody_with("syslog"))
        )
        with stopped(listener):
            guest.fire("warn", count=200)
            guest.wait_until(lambda: guest.report_count() == 200, "200 reports")
        events = []
        while not events or ranges_of(events)[-1][1] != 200:
            events.append(listener.next())
        self.assertEqual(events[0]["event"], "lost")
        self.assertEqual(events[0]["cause"], ["not_retained"])
        seqs = [seq for first, last in ranges_of(events) for seq in range(first, last + 1)]
        self.assertEqual(seqs, list(range(1, 201)))
        self.assertEqual(reports_of(events), listed())


class PollOfAReload(UnloadedTest):
    def test_poll_goes_on_with_a_module_that_was_loaded_again(self):
        guest.insmod()
        listener = self.enter(
            Listener("--source", "poll", prefix=as_nobody_with("syslog"))
        )
        instances = []
        for _ in range(4):
            guest.fire("warn", count=3)
            taken = take_reports(listener, 3)
            self.assertEqual([report["seq"] for report in taken], [1, 2, 3])
            instances += {report["instance"] for report in taken}
            guest.rmmod()
            guest.insmod()
        self.assertEqual(len(set(instances)), 4)


class Sysfs(ModuleTest):
    def listener(self):
        return self.enter(Listener("--source", "sysfs"))

    def test_sysfs_has_the_text_of_each_report_and_nothing_that_it_cannot_know(self):
        listener = self.listener()
        unknown = {"id", "boottime_us", "cpu", "pid", "comm", "context"}
        for _ in range(3):
            guest.fire("warn-msg")
            [report] = listener.take(1)
            whole = listed()[-1]
            self.assertEqual(report.keys(), whole.keys() - unknown)
            for field in ("seq", "tool", "text", "text_bytes", "flags", "boot_id"):
                self.assertEqual(report[field], whole[field], field)

    def test_sysfs_flags_what_does_not_fit_a_page(self):
        listener = self.listener()
        guest.fire("warn-long", "hardirq")
        [report] = listener.take(1)
        self.assertEqual(report["flags"], ["truncated"])
        self.assertNotIn("text_bytes", report)
        self.assertTrue(listed()[-1]["text"].startswith(report["text"]))

    def test_sysfs_tells_of_reports_that_newer_ones_overwrote(self):
        listener = self.listener()
        before = guest.report_count()
        with stopped(listener):
            guest.fire("warn", count=5)
            guest.wait_until(lambda: guest.report_count() == before + 5, "5 reports")
        lost, report = listener.next(), listener.next()
        self.assertEqual((lost["event"], lost["cause"]), ("lost", ["overwritten"]))
        self.assertEqual(ranges_of([lost, report]), [(before + 1, before + 4), (before + 5,) * 2])


class SysfsOfAReload(UnloadedTest):
    def test_sysfs_goes_on_when_the_files_are_back(self):
        guest.insmod()
        listener = self.enter(Listener("--source", "sysfs"))
        guest.fire("warn")
        [first] = take_reports(listener, 1)
        guest.rmmod()
        guest.insmod()
        guest.fire("warn")
        [second] = take_reports(listener, 1)
        self.assertEqual((first["seq"], second["seq"]), (1, 1))
        self.assertNotEqual(first["instance"], second["instance"])


class Record(UnloadedTest):
    def check_replay(self, recorder, listener, live, *arguments):
        """Without the module a replay has the reports and losses of the live stream."""
        self.assertFalse(guest.is_loaded())
        start, *played, stop = recorder.replay(*arguments)
        self.assertEqual(played, live)
        for field in ("instance", "report_count", "from", "module_version"):
            self.assertEqual(start[field], listener.start[field], field)
        for field in ("instance", "report_count", "to", "reports"):
            self.assertEqual(stop[field], listener.stop[field], field)

    def test_replay_has_the_lines_of_the_live_stream(self):
        with guest.module():
            guest.fire("warn", count=2)
            guest.wait_until(lambda: guest.report_count() == 2, "2 reports")
            recorder = self.enter(Recorder())
            listener = self.enter(Listener())
            guest.fire("warn", count=20)
            live = listener.take(20) + listener.finish()
            self.assertRegex(recorder.stop(), r"^error-report: 20 reports in ")
        self.check_replay(recorder, listener, live)

    def test_replay_of_a_backlog_has_it(self):
        with guest.module():
            guest.fire("warn", count=2)
            guest.wait_until(lambda: guest.report_count() == 2, "2 reports")
            recorder = self.enter(Recorder("--backlog", "--count", "3"))
            listener = self.enter(Listener("--backlog"))
            guest.fire("warn")
            live = listener.take(3) + listener.finish()
            recorder.join()
        self.check_replay(recorder, listener, live, "--backlog")

    def test_replay_has_what_the_module_lost(self):
        with guest.module(slots=1):
            recorder = self.enter(Recorder())
            listener = self.enter(Listener())
            guest.fire("warn-burst", "hardirq")
            guest.wait_until(lambda: guest.report_count() == guest.BURST, "the burst")
            live = listener.finish()
            recorder.stop()
        self.assertIn("lost", [event["event"] for event in live])
        _, *played, _ = recorder.replay()
        self.assertEqual(ranges_of(played), ranges_of(live))
        self.assertEqual(reports_of(played), reports_of(live))

    def test_replay_of_a_reload_has_both_instances(self):
        guest.insmod()
        recorder = self.enter(Recorder())
        guest.fire("warn")
        guest.rmmod()
        guest.insmod()
        guest.fire("warn", count=2)
        guest.wait_until(lambda: guest.report_count() == 2, "2 reports")
        recorder.stop()
        found = reports_of(recorder.replay())
        self.assertEqual([report["seq"] for report in found], [1, 1, 2])
        self.assertEqual(len({report["instance"] for report in found}), 2)

    def test_reload_whose_notices_an_overrun_took_is_found_all_the_same(self):
        guest.insmod()
        with small_receive_buffers():
            recorder = self.enter(Recorder(prefix=as_nobody_with("sys_admin")))
        guest.fire("warn")
        guest.wait_until(lambda: guest.report_count() == 1, "a report")
        with stopped(recorder):
            guest.fire("warn", count=20)
            guest.rmmod()
            guest.insmod()
            guest.fire("warn", count=2)
            guest.wait_until(lambda: guest.report_count() == 2, "2 reports")
        with genl.Socket() as socket:
            instance = genl.u64(socket.status()["INSTANCE"])
        guest.wait_until(
            # In the status and in both reports.
            lambda: recorder.file.read_bytes().count(instance) >= 3,
            "the new instance's reports",
        )
        recorder.stop()
        found = reports_of(recorder.replay())
        self.assertLess(len(found), 21, "nothing was dropped, so nothing was tested")
        self.assertEqual([report["seq"] for report in found][-2:], [1, 2])
        self.assertEqual(len({report["instance"] for report in found}), 2)
