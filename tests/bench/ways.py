# SPDX-License-Identifier: MIT
"""The ways to get the kernel's error reports: error-report's, and what people use instead."""

import collections
import contextlib
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time

import genl
import guest
from shipper import Journald

BPFTRACE = pathlib.Path(__file__).with_name("reports.bt")

# So long a way that compiles its own program may take, emulated.
ATTACHED_S = 300
# So long it may be busy with what has come.
BUSY_S = 900
# So long it may take to end when it is told to.
ENDING_S = 60
# A way has got all that it will when for so long it did next to nothing: ticks of 10 ms.
QUIET_S = 3
QUIET_TICKS = 10

# program: what runs before `consume WAY`, whose stdin is its output; empty where there is none.
Way = collections.namedtuple("Way", "name consume program environment", defaults=((), {}))

# The limit: what any subscriber has at least to do.
BARE = Way("bare recvmsg", "netlink")

WAYS = (
    Way("error-report listen", "json", ("error-report", "listen")),
    BARE,
    Way("/dev/kmsg", "kmsg"),
    Way("dmesg --follow", "log", ("dmesg", "--follow-new")),
    Way("trace_pipe, then dmesg", "trace"),
    Way("poll() on last_report", "sysfs"),
    # With the longest strings that it can have, and without headers, which it does not need.
    Way(
        "bpftrace",
        "bpftrace",
        ("bpftrace", "-B", "line", str(BPFTRACE)),
        {"BPFTRACE_STRLEN": "200", "BPFTRACE_KERNEL_SOURCE": ""},
    ),
    # The kernel's lines, and journald's own about those that it missed.
    Way(
        "journalctl --follow",
        "log",
        ("journalctl", "--follow", "--lines=0", "--output=cat", "-t", "kernel", "-t", "systemd-journald"),
    ),
)

# What a consumer had of a report: when, and a hash of its lines without addresses and numbers.
Taken = collections.namedtuple("Taken", "time hash")


class Consumer:
    """One of the ways, from when it has got its first report on."""

    def __init__(self, way, consume):
        self._way = way
        self._consume = consume
        self._program = None
        self.taken = {}
        self.twice = 0
        self.lost = 0

    def __enter__(self):
        stdin = subprocess.DEVNULL
        if self._way.program:
            self._program = subprocess.Popen(
                self._way.program,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                env=os.environ | self._way.environment,
            )
            stdin = self._program.stdout
        self._said = tempfile.NamedTemporaryFile(mode="r", dir="/run")
        self._process = subprocess.Popen(
            [self._consume, self._way.consume],
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=self._said.fileno(),
            text=True,
        )
        try:
            self._await("ready")
            self._await("first", guest.fire, "warn-number")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in (self._program, self._process):
            if process:
                process.kill()
                process.wait()
        self._said.close()

    def _await(self, word, provoke=lambda *_: None, *arguments):
        """Provoked at least once, for what was said already may be of the log from before."""
        until = time.monotonic() + ATTACHED_S
        while True:
            provoke(*arguments)
            time.sleep(0.3)
            if word in (said := pathlib.Path(self._said.name).read_text()):
                return
            if time.monotonic() > until or self._process.poll() is not None:
                raise AssertionError(f"{self._way.name}: no {word!r}, but {said!r}")

    def _ticks(self):
        running = [process for process in (self._program, self._process) if process]
        stats = (pathlib.Path(f"/proc/{process.pid}/stat").read_text() for process in running)
        fields = (stat.rsplit(")", 1)[1].split() for stat in stats)
        return sum(int(user) + int(system) for *_, user, system in (each[:13] for each in fields))

    def _is_busy(self):
        before = self._ticks()
        time.sleep(QUIET_S)
        return self._ticks() - before > QUIET_TICKS

    def _end_program(self):
        # bpftrace ends by SIGINT with what it has left to say.
        number = signal.SIGINT if self._way.consume == "bpftrace" else signal.SIGTERM
        self._program.send_signal(number)
        try:
            status = self._program.wait(ENDING_S)
        except subprocess.TimeoutExpired:
            # bpftrace hung at its end once in some hundred times; what it said until then counts.
            self._program.kill()
            status = 0
        if status not in (0, -number):
            raise AssertionError(f"{self._way.name}: status {status}")

    def end(self):
        """What came, once nothing more comes: {number: Taken}."""
        until = time.monotonic() + BUSY_S
        while self._is_busy():
            if time.monotonic() > until:
                raise AssertionError(f"{self._way.name}: still busy after {BUSY_S} s")
        if self._program:
            self._end_program()
        else:
            self._process.terminate()
        output, _ = self._process.communicate(timeout=ATTACHED_S)
        if self._process.returncode:
            said = pathlib.Path(self._said.name).read_text()
            raise AssertionError(f"{self._way.name}: {said}")
        for line in output.splitlines():
            if line.startswith("lost "):
                self.lost = int(line.split()[1])
                continue
            number, taken_at, text_hash = line.split()
            self.twice += int(number) in self.taken
            self.taken.setdefault(int(number), Taken(int(taken_at), text_hash))
        return self.taken


def needs(way):
    """What has to run for it."""
    return Journald() if way.program[:1] == ("journalctl",) else contextlib.nullcontext()


NUMBER = re.compile(rb"report (\d+) of the trigger module\n")


def ended():
    """{number: when it ended, in ns of CLOCK_BOOTTIME}, as far as the module retains them."""
    with genl.Socket() as socket:
        reports, _ = socket.dump()
    found = ((NUMBER.match(report["TEXT"]), report["TIME_BOOT"]) for report in reports)
    return {int(number[1]): end for number, end in found if number}


def prepare():
    guest.prepare()
    # The first report taints the kernel, which the next ones say, as they say what was unloaded.
    with guest.module():
        guest.fire("warn-number")
