# SPDX-License-Identifier: MIT
"""error-report record, and what a replay makes of its file."""

import pathlib
import subprocess
import tempfile

import guest
import json_line
from privileges import AS_NOBODY
from tool import TOOL, run_tool


class Recorder:
    """As long as this lasts; everything that ends after it began is recorded."""

    def __init__(self, *arguments, prefix=()):
        self._folder = tempfile.TemporaryDirectory()
        self.file = pathlib.Path(self._folder.name, "reports.pcap")
        self._command = [*prefix, TOOL, "record", str(self.file), *arguments]
        self._process = None

    @property
    def pid(self):
        return self._process.pid

    def __enter__(self):
        folder = pathlib.Path(self._folder.name)
        folder.chmod(0o777)
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        # The status, which has the version, is asked for once the group was joined.
        version = pathlib.Path("/sys/module", guest.MODULE, "version").read_bytes().strip()
        try:
            guest.wait_until(lambda: self._has_ended() or version in self._content(), "the status")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait()
        self._process.stderr.close()
        self._folder.cleanup()

    def _has_ended(self):
        if self._process.poll() is not None:
            raise AssertionError(f"record ended: {self._process.stderr.read()!r}")

    def _content(self):
        return self.file.read_bytes() if self.file.exists() else b""

    def stop(self):
        """SIGTERM: what it says then."""
        self._process.terminate()
        return self.join()

    def join(self):
        """The same for one that ends by itself."""
        _, said = self._process.communicate(timeout=guest.DEADLINE_S)
        if self._process.returncode:
            raise AssertionError(f"exit status {self._process.returncode}: {said!r}")
        return said.decode()

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
