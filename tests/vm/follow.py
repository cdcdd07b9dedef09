# SPDX-License-Identifier: MIT
"""error-report listen as a service runs it: into files, with a state, ended in every way."""

import collections
import json
import pathlib
import signal
import subprocess

import json_line
from guest import DEADLINE_S, CommandFailed, wait_until
from tool import TOOL


class Service:
    """error-report listen --state; start() and one of the ends may come again and again."""

    def __init__(self, folder, *arguments, log=None):
        folder = pathlib.Path(folder)
        self.log = log or folder / "reports.jsonl"
        self.state = folder / "state"
        self._errors = folder / "stderr"
        self._command = [
            *(TOOL, "listen", "--backlog", "--state", str(self.state)),
            *("--output", f"file:{self.log}", *arguments),
        ]
        self.process = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def start(self):
        """Returns when the line of event start was written."""
        before = self.starts()
        with self._errors.open("ab") as errors:
            self.process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=errors, stderr=errors
            )
        wait_until(lambda: self.starts() > before, "the line of event start")
        return self

    def starts(self):
        return self.text().count(b'"event":"start"')

    def text(self):
        return self.log.read_bytes() if self.log.exists() else b""

    def position(self):
        """SEQ of the last report that the state says is in the log, 0 before the first."""
        try:
            outputs = json.loads(self.state.read_text())["outputs"]
        except FileNotFoundError:
            return 0
        return outputs.get(f"file:{self.log}", {}).get("seq", 0)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def wait(self):
        return self.process.wait(DEADLINE_S)

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        status = self.wait()
        if status:
            raise CommandFailed(f"error-report listen: status {status}: {self.errors()}")

    def errors(self):
        return self._errors.read_text(errors="replace")


class Account:
    """What the lines of a stream, or of several of one output, account for."""

    def __init__(self, lines):
        self.reports = collections.Counter()  # (instance, seq) → how often
        self.lost = collections.Counter()
        self.causes = collections.Counter()
        self.events = collections.Counter()
        self.cut = 0
        self.order = []
        for line in lines:
            self._add(line)

    def _add(self, line):
        try:
            event = json_line.parse(line)
        except ValueError:
            self.cut += 1
            return
        kind = event["event"]
        self.events[kind] += 1
        if kind == "report":
            self.reports[event["instance"], event["seq"]] += 1
            self.order.append((event["instance"], event["seq"]))
        elif kind == "lost":
            span = range(event["from"], event["to"] + 1)
            self.lost.update((event["instance"], seq) for seq in span)
            self.causes["+".join(event["cause"])] += len(span)

    def repeated(self):
        return sum(count - 1 for count in self.reports.values())

    def missing(self, instance, last):
        """SEQ from 1 on that no line accounts for."""
        return [
            seq
            for seq in range(1, last + 1)
            if not self.reports[instance, seq] and not self.lost[instance, seq]
        ]

    def both(self):
        """Those that are said to be lost and came nevertheless."""
        return [key for key in self.lost if self.reports[key]]
