# SPDX-License-Identifier: MIT
"""error-report listen with an output that is tested, and a plain file beside it."""

import pathlib
import signal
import subprocess

import guest
import json_line
from tool import TOOL

# The file that the unit of packaging/ has as well.
LOG = pathlib.Path("/var/log/error-report/error-report.jsonl")
PLAIN = pathlib.Path("/run/plain.jsonl")


class Listening:
    """From its start line to its stop line."""

    def __init__(self, output, *options):
        self._arguments = ["--output", output, "--output", f"file:{PLAIN}", *options]
        self._process = None

    def __enter__(self):
        LOG.parent.mkdir(exist_ok=True)
        self._process = subprocess.Popen(
            [TOOL, "listen", *self._arguments],
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        try:
            guest.wait_until(self._is_listening, "the start line")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.communicate()
        # Or the next shipper that follows a file would begin with this one.
        for file in (LOG, PLAIN):
            file.unlink(missing_ok=True)

    def _is_listening(self):
        if self._process.poll() is not None:
            raise AssertionError(self._process.stderr.read().decode())
        return self.lines()

    def lines(self):
        """Of the plain file."""
        text = PLAIN.read_text() if PLAIN.exists() else ""
        return json_line.parse_all(text)

    def reports(self):
        return [line for line in self.lines() if line["event"] == "report"]

    def finish(self, count):
        """Stops it once that many reports came; all its lines."""
        guest.wait_until(lambda: len(self.reports()) >= count, f"{count} reports")
        self._process.send_signal(signal.SIGTERM)
        _, said = self._process.communicate(timeout=guest.DEADLINE_S)
        if self._process.returncode:
            raise AssertionError(said.decode())
        return self.lines()
