# SPDX-License-Identifier: MIT
"""error-report record, and what a replay makes of its file."""

import pathlib
import tempfile

import guest
import json_line
from privileges import AS_NOBODY
from process import Process
from tool import TOOL, run_tool


class Recorder(Process):
    """As long as this lasts; everything that ends after it began is recorded."""

    def __init__(self, *arguments, prefix=()):
        self._folder = tempfile.TemporaryDirectory()
        self.file = pathlib.Path(self._folder.name, "reports.pcap")
        self.file.parent.chmod(0o777)
        super().__init__(*prefix, TOOL, "record", str(self.file), *arguments)

    def __exit__(self, *_):
        super().__exit__()
        self._folder.cleanup()

    def _await_ready(self):
        # The status, which has the version, is asked for once the group was joined.
        version = pathlib.Path("/sys/module", guest.MODULE, "version").read_bytes().strip()
        guest.wait_until(lambda: self._is_running() and version in self._content(), "the status")

    def _content(self):
        return self.file.read_bytes() if self.file.exists() else b""

    def stop(self):
        """SIGTERM: what it says then."""
        self._process.terminate()
        return self.join()

    def replay(self, *arguments):
        """The lines of listen, run by nobody."""
        self.file.chmod(0o644)
        status, out, err = run_tool(
            "listen", "--source", f"replay:{self.file}", *arguments, prefix=AS_NOBODY
        )
        if status or err:
            raise AssertionError(f"exit status {status}: {err!r}")
        return json_line.parse_all(out)


def reports_of(events):
    return [event for event in events if event["event"] == "report"]
