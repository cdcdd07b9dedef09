# SPDX-License-Identifier: MIT
"""The unit that is shipped, run by the systemd that it was written for."""

import gzip
import os
import pathlib
import signal
import stat
import time

import guest
import json_line
import service
from case import GuestTest
from service import LOG, LOGS, fire, instance, systemctl

ROTATIONS = 50
RELOADS = 20


def setUpModule():
    service.install()


class ServiceTest(GuestTest):
    """With the module, and the service not started yet."""

    def setUp(self):
        super().setUp()
        guest.insmod()
        self.addCleanup(guest.ensure_unloaded)
        self.addCleanup(service.reset)


class Service(ServiceTest):
    def test_it_is_started_once_it_listens(self):
        systemctl("start")
        self.assertEqual(service.show("ActiveState"), "active")
        wanted = fire()
        service.await_reports(wanted)
        service.await_reports(wanted, service.in_journal)

    def test_it_begins_with_what_the_kernel_retains(self):
        wanted = fire(3)
        systemctl("start")
        service.await_reports(wanted)
        service.await_reports(wanted, service.in_journal)

    def test_the_journal_explains_a_report(self):
        systemctl("start")
        service.await_reports(fire(), service.in_journal)
        said = guest.run("journalctl", "-x", "--no-pager", "-t", "error-report")
        self.assertIn("Subject: The kernel found an error in itself", said)
        self.assertIn("warning reported an error in the kernel", said)
        self.assertIn("The event is start.", said)

    def test_no_thread_of_it_has_a_privilege_left(self):
        systemctl("start")
        user = service.user()
        for task in pathlib.Path(f"/proc/{service.main_pid()}/task").iterdir():
            lines = (task / "status").read_text().splitlines()
            status = {name: value.split() for name, value in (line.split(":", 1) for line in lines)}
            for capabilities in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
                self.assertEqual(int(status[capabilities][0], 16), 0, capabilities)
            self.assertEqual(set(status["Uid"]), {str(user.pw_uid)})
            self.assertNotIn("0", status["Gid"] + status["Groups"])
            self.assertEqual(status["NoNewPrivs"], ["1"])
            self.assertEqual(status["Seccomp"], ["2"])

    def test_it_sees_no_other_logs_and_nobodys_home(self):
        systemctl("start")
        root = pathlib.Path(f"/proc/{service.main_pid()}/root")
        self.assertEqual(os.listdir(root / "var/log"), ["error-report"])
        self.assertEqual(os.listdir(root / "root"), [])

    def test_its_files_are_for_whom_they_should_be(self):
        systemctl("start")
        service.await_reports(fire())
        guest.wait_until(service.METRICS.exists, "metrics")
        found = {
            str(path): (path.owner(), path.group(), f"{stat.S_IMODE(path.stat().st_mode):o}")
            for path in (LOGS, LOG, service.STATE.parent, service.METRICS)
        }
        owner = ("error-report", "adm")
        self.assertEqual(
            found,
            {
                str(LOGS): (*owner, "750"),
                str(LOG): (*owner, "640"),
                str(service.STATE.parent): (*owner, "700"),
                str(service.METRICS): (*owner, "644"),
            },
        )

    def test_it_opens_its_file_again_at_a_reload(self):
        systemctl("start")
        before = fire()
        service.await_reports(before)
        rotated = LOG.rename(LOGS / "rotated")
        systemctl("reload")
        guest.wait_until(LOG.exists, "a new file")
        after = fire()
        service.await_reports(after)
        self.assertEqual(service.names(service.events(rotated)).keys(), before)
        self.assertEqual(service.names(service.events()).keys(), after)

    def test_it_misses_nothing_though_it_was_killed(self):
        systemctl("start")
        wanted = fire(2)
        service.await_reports(wanted)
        pid = service.main_pid()
        os.kill(pid, signal.SIGKILL)
        wanted |= fire(2)
        service.await_active(pid)
        wanted |= fire()
        service.await_reports(wanted)
        found = service.names(service.events())
        self.assertEqual(found.keys(), wanted)
        # The line in flight may come twice.
        self.assertLessEqual(found.total(), len(wanted) + 1)

    def test_it_stops_with_a_line_that_says_so(self):
        systemctl("start")
        systemctl("stop")
        self.assertEqual(service.show("Result"), "success")
        self.assertEqual(service.events()[-1]["event"], "stop")

    def test_no_call_that_it_makes_is_filtered(self):
        # Now such a call ends it, in place of an error that it might bear.
        service.change("SystemCallErrorNumber=")
        systemctl("start")
        service.await_reports(fire())
        systemctl("reload")
        service.await_reports(fire())
        guest.rmmod()
        guest.wait_until(
            lambda: service.events()[-1]["event"] == "family_down", "the line of event family_down"
        )
        pid = service.main_pid()
        guest.insmod()
        service.await_active(pid)
        service.await_reports(fire())
        systemctl("stop")
        self.assertEqual(service.show("Result"), "success")


class Recover(ServiceTest):
    def test_it_reads_the_kernels_log_as_the_manual_allows_it(self):
        guest.rmmod()
        guest.fire("warn-msg", comm=b"before")
        guest.insmod()
        service.change(service.documented("Reports from before the module"))
        systemctl("start")
        guest.wait_until(
            lambda: [event for event in service.events() if event.get("comm") == "before"],
            "the report from before the module",
        )
        service.await_reports(fire())
        status = pathlib.Path(f"/proc/{service.main_pid()}/status").read_text()
        self.assertRegex(status, r"CapEff:\t0+\n")


class Watchdog(ServiceTest):
    def test_it_is_fed(self):
        service.change("WatchdogSec=4s")
        systemctl("start")
        pid = service.main_pid()
        time.sleep(12)
        self.assertEqual(service.main_pid(), pid)

    def test_a_process_that_hangs_is_replaced(self):
        service.change("WatchdogSec=4s")
        systemctl("start")
        pid = service.main_pid()
        os.kill(pid, signal.SIGSTOP)
        service.await_active(pid)
        service.await_reports(fire())


class Restart(ServiceTest):
    def test_it_waits_for_the_module(self):
        guest.rmmod()
        self.assertRaises(guest.CommandFailed, systemctl, "start")
        guest.insmod()
        service.await_active()
        service.await_reports(fire())

    def test_it_does_not_try_again_what_cannot_succeed(self):
        service.change("ExecStart=\nExecStart=error-report listen --no-such-option")
        self.assertRaises(guest.CommandFailed, systemctl, "start")
        self.assertEqual(service.show("ActiveState"), "failed")
        service.change("AmbientCapabilities=")
        self.assertRaises(guest.CommandFailed, systemctl, "start")
        self.assertEqual(service.show("ActiveState"), "failed")

    def test_it_misses_nothing_of_twenty_loads_of_the_module(self):
        systemctl("start")
        wanted = set()
        for _ in range(RELOADS):
            wanted |= fire(3)
            pid = service.main_pid()
            guest.rmmod()
            guest.insmod()
            # Nobody listens yet.
            wanted |= fire(2)
            service.await_active(pid)
        service.await_reports(wanted)
        service.await_reports(wanted, service.in_journal)
        self.assertEqual(service.names(service.events()), dict.fromkeys(wanted, 1))
        counts = {event["event"] for event in service.events()}
        self.assertNotIn("lost", counts)
        self.assertLessEqual({"family_down", "family_up"}, counts)


class Rotation(ServiceTest):
    # As it is shipped, but that nothing is thrown away.
    configuration = pathlib.Path("/run/logrotate.conf")

    def rotate(self):
        guest.run("logrotate", "--force", "--state", "/run/logrotate.state", str(self.configuration))

    def lines(self):
        """Of all files."""
        for file in LOGS.iterdir():
            opened = gzip.open(file) if file.suffix == ".gz" else file.open("rb")
            with opened as lines:
                yield from lines

    def test_every_line_is_in_one_file_alone(self):
        shipped = pathlib.Path("/etc/logrotate.d/error-report").read_text()
        self.configuration.write_text(shipped.replace("rotate 14", f"rotate {ROTATIONS + 1}"))
        systemctl("start")
        with guest.firing("warn-msg"):
            for number in range(1, ROTATIONS + 1):
                self.rotate()
                guest.wait_until(LOG.exists, f"the file after rotation {number}")
        last = guest.report_count() + len(fire())
        wanted = {(instance(), seq) for seq in range(1, last + 1)}
        service.await_reports({(instance(), last)})
        found = service.names(map(json_line.parse, self.lines()))
        self.assertEqual(found, dict.fromkeys(wanted, 1))
        self.assertEqual(len(list(LOGS.iterdir())), ROTATIONS + 1)
