# SPDX-License-Identifier: MIT
"""error-report, as a person or a service runs it."""

import os
import select
import signal
import subprocess
import time

import json_line
from guest import DEADLINE_S
from process import Process

TOOL = "error-report"


def run_tool(*arguments, prefix=()):
    """Its exit status, stdout and stderr."""
    done = subprocess.run(
        [*prefix, TOOL, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=DEADLINE_S,
        check=False,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


class Listener(Process):
    """error-report listen. start is its first line; what it wrote is checked by whoever reads."""

    def __init__(self, *arguments, prefix=()):
        super().__init__(*prefix, TOOL, "listen", *arguments, stdout=subprocess.PIPE)
        self._rest = b""
        self.start = None
        self.stop = None

    def _await_ready(self):
        os.set_blocking(self._process.stdout.fileno(), False)
        self.start = self.next()
        if self.start["event"] != "start":
            raise AssertionError(f"the first line is not of event start: {self.start}")

    def _line(self, deadline):
        while b"\n" not in self._rest:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._process.stdout], [], [], left)[0]:
                raise AssertionError(f"no line within {DEADLINE_S} s; so far: {self._rest!r}")
            data = self._process.stdout.read(1 << 20)
            if not data:
                return None
            self._rest += data
        line, self._rest = self._rest.split(b"\n", 1)
        return line

    def next_or_end(self):
        """The next line's object, None at the end of the stream."""
        line = self._line(time.monotonic() + DEADLINE_S)
        return None if line is None else json_line.parse(line)

    def next(self):
        found = self.next_or_end()
        if found is None:
            raise AssertionError(f"the stream ended; stderr: {self._process.stderr.read()!r}")
        return found

    def take(self, count):
        """So many reports; any other event is a failure."""
        events = []
        for _ in range(count):
            events.append(self.next())
            if events[-1]["event"] != "report":
                raise AssertionError(f"report {len(events)} of {count} is {events[-1]}")
        return events

    def finish(self):
        """SIGTERM: what is still to come up to the line of event stop, which is in self.stop."""
        self._process.send_signal(signal.SIGTERM)
        return self.drain()

    def drain(self):
        """The same for one that ends by itself."""
        events = []
        while (event := self.next_or_end()) is not None:
            events.append(event)
        status = self._process.wait(DEADLINE_S)
        if status or not events or events[-1]["event"] != "stop":
            raise AssertionError(
                f"exit status {status}, last event {events[-1:]}, "
                f"stderr: {self._process.stderr.read()!r}"
            )
        self.stop = events.pop()
        return events
