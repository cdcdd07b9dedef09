# SPDX-License-Identifier: MIT
"""error-report listen as a service: where it goes on, what it may, and what a reload does."""

import json
import os
import pathlib
import pwd
import signal
import subprocess
import tempfile

import genl
import guest
import json_line
from case import ModuleTest, UnloadedTest
from follow import Account, Service
from tool import TOOL, Listener

NOBODY = "nobody"


def status_of(folder):
    """The file status of a process or thread in /proc, as a dictionary."""
    lines = (folder / "status").read_text().splitlines()
    return dict(line.split(":\t", 1) for line in lines if ":\t" in line)


class Folder:
    """A temporary folder of a test, also for other users."""

    def setUp(self):
        super().setUp()
        self.folder = self.enter(tempfile.TemporaryDirectory(dir="/run"))
        os.chmod(self.folder, 0o777)


class Resume(Folder, ModuleTest):
    def account(self, service):
        lines = service.text().splitlines()
        with genl.Socket() as socket:
            status = socket.status()
        instance = json_line.parse(lines[-1])["instance"]
        account = Account(lines)
        self.assertEqual(account.missing(instance, status["ENDED"]), [])
        return account

    def test_goes_on_behind_what_the_run_before_has_written(self):
        guest.fire("warn", count=3)
        service = self.enter(Service(self.folder))
        for _ in range(3):
            service.start()
            guest.fire("warn", count=2)
            service.end()
            guest.fire("warn", count=2)
        service.start().end()
        account = self.account(service)
        self.assertEqual((account.repeated(), account.cut, account.lost), (0, 0, {}))

    def test_after_a_kill_repeats_one_line_at_most(self):
        service = self.enter(Service(self.folder))
        for _ in range(5):
            service.start()
            guest.fire("warn", count=5)
            service.kill()
        service.start().end()
        account = self.account(service)
        self.assertLessEqual(account.repeated(), 5)
        self.assertEqual(account.lost, {})

    def test_two_outputs_each_have_their_own_position(self):
        other = pathlib.Path(self.folder, "other.jsonl")
        service = self.enter(Service(self.folder))
        service.start()
        guest.fire("warn", count=2)
        service.end()
        service = self.enter(Service(self.folder, "--output", f"file:{other}")).start()
        guest.fire("warn")
        service.end()
        self.assertEqual(self.account(service).repeated(), 0)
        with genl.Socket() as socket:
            last = socket.status()["ENDED"]
        first = json_line.parse(other.read_text().splitlines()[0])
        self.assertEqual(first["event"], "start")
        account = Account(other.read_text().splitlines())
        self.assertEqual(account.missing(first["instance"], last), [])


class Burst(ModuleTest):
    def test_tiny_receive_buffer_costs_nothing_that_the_kernel_holds(self):
        with Listener("--receive-buffer", "4096") as listener:
            guest.fire("warn", count=300)
            # Read before it is told to stop: it waits for a reader for a few seconds only.
            events = []
            while sum(event["event"] == "report" for event in events) < 300:
                events.append(listener.next())
            events += listener.finish()
        self.assertIn("resync", {event["event"] for event in events})
        seqs = [event["seq"] for event in events if event["event"] == "report"]
        self.assertEqual(seqs, list(range(listener.start["from"], listener.stop["to"] + 1)))
        self.assertEqual(len(seqs), 300)


class Privileges(Folder, ModuleTest):
    def running(self, *arguments):
        return self.enter(Service(self.folder, *arguments)).start()

    def capabilities(self, status):
        return [int(status[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapAmb")]

    def test_none_is_left_after_the_start_and_reports_still_come(self):
        service = self.running("--user", NOBODY)
        for task in pathlib.Path(f"/proc/{service.process.pid}/task").iterdir():
            status = status_of(task)
            self.assertEqual(self.capabilities(status), [0] * 4)
            self.assertEqual(int(status["CapBnd"], 16), 0)
            self.assertEqual(status["NoNewPrivs"], "1")
            entry = pwd.getpwnam(NOBODY)
            self.assertEqual(set(status["Uid"].split()), {str(entry.pw_uid)})
            self.assertEqual(set(status["Gid"].split()), {str(entry.pw_gid)})
            self.assertEqual(status["Groups"].split(), [str(entry.pw_gid)])
        guest.fire("warn", count=3)
        service.end()
        self.assertEqual(Account(service.text().splitlines()).events["report"], 3)
        self.assertEqual(service.log.stat().st_mode & 0o7777, 0o640)
        self.assertEqual(service.log.owner(), NOBODY)

    def test_root_without_another_user_keeps_no_capability(self):
        service = self.running()
        self.assertEqual(self.capabilities(status_of(pathlib.Path(f"/proc/{service.process.pid}"))), [0] * 4)
        service.end()

    def test_unknown_user_is_an_error_before_anything_is_opened(self):
        done = subprocess.run(
            [TOOL, "listen", "--user", "no-such-user"], capture_output=True, text=True, check=False
        )
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stdout, "")
        self.assertIn("there is no user no-such-user", done.stderr)


class Reload(Folder, UnloadedTest):
    def test_ends_with_status_6_where_it_may_not_join_again(self):
        with guest.module():
            service = self.enter(Service(self.folder)).start()
            guest.fire("warn", count=2)
        guest.wait_until(lambda: b"family_down" in service.text(), "the line family_down")
        self.assertIsNone(service.process.poll())
        with guest.module():
            self.assertEqual(service.wait(), 6)
            self.assertIn("start me again", service.errors())
            guest.fire("warn", count=3)
            service.start()
            service.end()
        account = Account(service.text().splitlines())
        self.assertEqual(
            account.events,
            {"start": 2, "report": 5, "family_down": 1, "family_up": 1, "stop": 2},
        )
        self.assertEqual(len({instance for instance, _ in account.reports}), 2)

    def test_resumes_on_the_new_instance_with_its_privileges(self):
        with guest.module():
            service = self.enter(Service(self.folder, "--keep-privileges")).start()
            guest.fire("warn", count=2)
        for _ in range(3):
            with guest.module():
                guest.fire("warn", count=2)
                # Before the module goes again, or nobody may have joined.
                guest.wait_until(
                    lambda: service.text().count(b'"family_up"')
                    == service.text().count(b'"family_down"'),
                    "the line family_up",
                )
                guest.fire("warn")
        service.end()
        account = Account(service.text().splitlines())
        self.assertEqual(account.events["report"], 2 + 3 * 3)
        self.assertEqual((account.events["family_down"], account.events["family_up"]), (4, 3))
        self.assertEqual((account.repeated(), account.cut, account.lost), (0, 0, {}))

    def test_sigterm_while_the_module_is_unloaded_ends_it_well(self):
        with guest.module():
            service = self.enter(Service(self.folder)).start()
        guest.wait_until(lambda: b"family_down" in service.text(), "the line family_down")
        service.end()
        stop = json_line.parse(service.text().splitlines()[-1])
        self.assertEqual((stop["event"], stop["reason"]), ("stop", "SIGTERM"))
        self.assertNotIn("report_count", stop)


class Outputs(Folder, ModuleTest):
    def test_closed_pipe_does_not_end_the_other_output(self):
        reader, writer = os.pipe()
        log = pathlib.Path(self.folder, "log")
        listener = subprocess.Popen(
            [TOOL, "listen", "--output", "stdout", "--output", f"file:{log}"],
            stdout=writer,
            stderr=subprocess.PIPE,
            text=True,
        )
        os.close(writer)
        self.addCleanup(listener.kill)
        guest.wait_until(lambda: log.exists() and log.stat().st_size, "the line of event start")
        os.close(reader)
        guest.fire("warn", count=2)
        listener.send_signal(signal.SIGTERM)
        _, errors = listener.communicate(timeout=guest.DEADLINE_S)
        self.assertEqual(listener.returncode, 0, errors)
        self.assertIn("closed", errors)
        self.assertEqual(Account(log.read_text().splitlines()).events["report"], 2)

    def test_filtered_tools_are_passed_over_for_good(self):
        service = self.enter(Service(self.folder, "--tool", "kasan,kfence")).start()
        guest.fire("warn", count=3)
        service.end()
        state = json.loads(service.state.read_text())
        with genl.Socket() as socket:
            last = socket.status()["ENDED"]
        [position] = state["outputs"].values()
        self.assertEqual(position["seq"], last)
        self.assertEqual(Account(service.text().splitlines()).events, {"start": 1, "stop": 1})

    def test_metrics_tell_what_came(self):
        metrics = pathlib.Path(self.folder, "error_report.prom")
        service = self.enter(Service(self.folder, "--metrics", str(metrics))).start()
        guest.fire("warn", count=3)
        service.end()
        written = Account(service.text().splitlines()).events["report"]
        self.assertGreaterEqual(written, 3)
        self.assertIn(
            f'error_report_reports_total{{tool="warning"}} {written}\n', metrics.read_text()
        )
        self.assertEqual(metrics.stat().st_mode & 0o7777, 0o644)
