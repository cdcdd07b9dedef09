# SPDX-License-Identifier: MIT
"""error-report listen where everything goes wrong around it: killed, full disks, stopped readers."""

import os
import pathlib
import random
import signal
import subprocess
import tempfile
import time

import genl
import guest
import json_line
from case import ModuleTest
from follow import Account, Service

SEED = 20261124
KILLS = 100
REPORTS = 5000
STOPPED_S = 60
# Of 3 KB a line, on a disk of 64 KB.
REPORTS_FOR_DISK = 100
ROTATIONS = 50


class ListenerTest(ModuleTest):
    parameters = {"ring_size": 16 << 20}

    def setUp(self):
        super().setUp()
        self.folder = pathlib.Path(self.enter(tempfile.TemporaryDirectory(dir="/run")))
        with genl.Socket() as socket:
            self.before = socket.status()["ENDED"]

    def last(self):
        with genl.Socket() as socket:
            return socket.status()["ENDED"]

    def check(self, account, instance, last=None):
        """Every SEQ is accounted for, in order within the stream, none both ways."""
        self.assertEqual(account.missing(instance, last or self.last()), [])
        self.assertEqual(account.both(), [])


class Kill(ListenerTest):
    def test_100_kills_in_5000_reports_cost_nothing_but_lines_in_flight(self):
        chance = random.Random(SEED)
        service = self.enter(Service(self.folder)).start()
        part = REPORTS // KILLS
        under_way = 0
        for kill in range(KILLS):
            # A part of the reports for each kill, or the last kills would come behind all of them.
            writer = guest.Writer("warn", count=part, cpu=3).start()
            at = self.before + kill * part + chance.randint(1, part - 1)
            # It writes the state behind each line: it got further than at the kill before.
            guest.wait_until(lambda at=at: service.position() >= at, f"report {at}")
            service.kill()
            under_way += service.position() < self.before + (kill + 1) * part
            service.start()
            writer.join()
        service.end()
        lines = service.text().splitlines()
        account = Account(lines)
        self.check(account, json_line.parse(lines[-1])["instance"])
        print(f"# {account.events['report']} lines of reports, {account.repeated()} repeated, "
              f"{account.cut} cut, {under_way} kills among reports", flush=True)
        self.assertEqual(account.lost, {})
        self.assertLessEqual(max(account.reports.values()), 2)
        self.assertLessEqual(account.repeated() + account.cut, 2 * KILLS)
        self.assertLessEqual(account.repeated(), KILLS)
        self.assertGreater(under_way, KILLS // 2)


class FullDisk(ListenerTest):
    def test_full_disk_is_said_waited_for_and_made_good(self):
        disk = self.folder / "disk"
        disk.mkdir()
        guest.run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk))
        self.addCleanup(guest.run, "umount", str(disk))
        other = self.folder / "other.jsonl"
        service = self.enter(
            Service(self.folder, "--output", f"file:{other}", log=disk / "reports.jsonl")
        ).start()
        guest.fire("warn", count=REPORTS_FOR_DISK)
        guest.wait_until(lambda: "No space" in service.errors(), "a word of the full disk")
        guest.wait_until(
            lambda: Account(other.read_bytes().splitlines()).events["report"] >= REPORTS_FOR_DISK,
            "the other output",
        )
        guest.run("mount", "-o", "remount,size=16m", str(disk))
        guest.wait_until(
            lambda: Account(service.text().splitlines()).events["report"] >= REPORTS_FOR_DISK, "the rest"
        )
        service.end()
        account = Account(service.text().splitlines())
        self.assertEqual((account.repeated(), account.cut, account.lost), (0, 0, {}))
        self.assertIn("takes lines again", service.errors())


class Stopped(ListenerTest):
    def test_reader_that_is_stopped_for_a_minute_loses_what_its_queue_does_not_hold(self):
        sink = self.folder / "reader.out"
        reader = subprocess.Popen(
            ["sh", "-c", f"exec cat >{sink}"], stdin=subprocess.PIPE
        )
        self.addCleanup(reader.kill)
        log = self.folder / "other.jsonl"
        listener = subprocess.Popen(
            ["error-report", "listen", "--queue", "262144", "--output", "stdout",
             "--output", f"file:{log}"],
            stdout=reader.stdin,
        )
        self.addCleanup(listener.kill)
        guest.wait_until(lambda: sink.exists() and sink.stat().st_size, "the line of event start")
        reader.send_signal(signal.SIGSTOP)
        until = time.monotonic() + STOPPED_S
        fired = 0
        while time.monotonic() < until:
            guest.fire("warn", count=20)
            fired += 20
            time.sleep(1)
        guest.wait_until(
            lambda: Account(log.read_bytes().splitlines()).events["report"] == fired,
            "the output beside it",
        )
        reader.send_signal(signal.SIGCONT)
        listener.send_signal(signal.SIGTERM)
        self.assertEqual(listener.wait(guest.DEADLINE_S), 0)
        reader.stdin.close()
        reader.wait(guest.DEADLINE_S)
        lines = sink.read_bytes().splitlines()
        account = Account(lines)
        stop = json_line.parse(lines[-1])
        counted = {seq for _, seq in account.reports} | {seq for _, seq in account.lost}
        self.assertEqual(counted, set(range(self.before + 1, stop["to"] + 1)))
        self.assertGreater(account.causes["queue_full"], 0)
        self.assertEqual(account.both(), [])


class Rotated(ListenerTest):
    def test_50_rotations_under_load_keep_every_line_whole_and_in_one_file(self):
        service = self.enter(Service(self.folder)).start()
        with guest.firing("warn", cpu=3):
            for number in range(ROTATIONS):
                os.rename(service.log, self.folder / f"rotated.{number:02}")
                service.process.send_signal(signal.SIGHUP)
                guest.wait_until(service.log.exists, "the new file")
                time.sleep(0.05)
        service.end()
        files = [*sorted(self.folder.glob("rotated.*")), service.log]
        self.assertEqual(len(files), ROTATIONS + 1)
        lines = [line for file in files for line in file.read_bytes().splitlines()]
        self.assertTrue(all(file.read_bytes()[-1:] in (b"", b"\n") for file in files))
        account = Account(lines)
        self.assertEqual((account.repeated(), account.cut, account.lost), (0, 0, {}))
        self.assertEqual(account.order, sorted(account.order, key=lambda key: key[1]))
        self.check(account, json_line.parse(lines[-1])["instance"])
        self.assertGreater(account.events["report"], ROTATIONS)
