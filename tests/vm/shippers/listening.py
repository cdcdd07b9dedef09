# SPDX-License-Identifier: MIT
"""error-report listen with an output that is tested, and a plain file beside it."""

import pathlib
import signal

import guest
import json_line
from process import Process
from tool import TOOL

# The file that the unit of packaging/ has as well.
LOG = pathlib.Path("/var/log/error-report/error-report.jsonl")
PLAIN = pathlib.Path("/run/plain.jsonl")


class Listening(Process):
    """From its start line to its stop line."""

    def __init__(self, output, *options):
        super().__init__(
            TOOL, "listen", "--output", output, "--output", f"file:{PLAIN}", *options, stdout=None
        )

    def __enter__(self):
        LOG.parent.mkdir(exist_ok=True)
        return super().__enter__()

    def __exit__(self, *_):
        super().__exit__()
        # Or the next shipper that follows a file would begin with this one.
        for file in (LOG, PLAIN):
            file.unlink(missing_ok=True)

    def _await_ready(self):
        guest.wait_until(lambda: self._is_running() and self.lines(), "the start line")

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
        self.join()
        return self.lines()
