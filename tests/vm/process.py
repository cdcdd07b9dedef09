# SPDX-License-Identifier: MIT
"""A program beside the tests, which does not outlive the one that started it."""

import pathlib
import re
import subprocess

from guest import DEADLINE_S


def peak_kib(pid):
    """Of its resident memory; None of one that has ended. The ru_maxrss of wait4() is of no use: it
    begins with that of whoever started the program."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return found and int(found[1])


class Process:
    """As long as this lasts. A subclass says when it is ready."""

    def __init__(self, *command, stdout=subprocess.DEVNULL):
        self._command = command
        self._stdout = stdout
        self._process = None

    @property
    def pid(self):
        return self._process.pid

    def __enter__(self):
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.DEVNULL, stdout=self._stdout, stderr=subprocess.PIPE
        )
        try:
            self._await_ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe:
                pipe.close()

    def _await_ready(self):
        """Raises AssertionError if it will not be."""
        raise NotImplementedError

    def _is_running(self):
        """Raises AssertionError, with what it said, if it is not."""
        if self._process.poll() is not None:
            raise AssertionError(f"{self._command[0]} ended: {self._process.stderr.read()!r}")
        return True

    def join(self):
        """Returns what it said on stderr when it ended well, and raises AssertionError if not."""
        _, said = self._process.communicate(timeout=DEADLINE_S)
        if self._process.returncode:
            raise AssertionError(f"exit status {self._process.returncode}: {said!r}")
        return said.decode()
