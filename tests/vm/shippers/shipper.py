# SPDX-License-Identifier: MIT
"""Log shippers as processes in this guest, each with the main configuration that Debian has and
the one of docs/shippers."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess

import guest

PROJECT = pathlib.Path(__file__).resolve().parents[3]
CONFIGURATIONS = PROJECT / "docs/shippers"
# Where scripts/test unpacked the packages.
PACKAGES = PROJECT / "build/shippers"

# What the configurations store to.
STORED = pathlib.Path("/var/log/kernel-errors.jsonl")
RSYSLOG_SOCKET = pathlib.Path("/run/error-report-rsyslog.sock")
SYSLOG_NG_SOCKET = pathlib.Path("/run/error-report-syslog-ng.sock")

CGROUPS = "/sys/fs/cgroup"

# Of the fields that error-report makes up, and those of the journal's own that it fills.
PREFIX = "ERROR_REPORT_"
OF_JOURNAL = ("MESSAGE", "MESSAGE_ID", "PRIORITY")


def install(package):
    """Over the guest's root, which is gone with the guest."""
    source = PACKAGES / package
    if not source.exists():
        raise AssertionError(f"{source} is missing; scripts/test shippers lays it there")
    # Not /lib, which is a link to /usr/lib here; a unit is all that the packages have there.
    folders = [source / name for name in ("etc", "usr", "var")]
    subprocess.run(["cp", "-a", *folders, "/"], check=True)


def accepts(file):
    """Whether somebody serves the socket, of whichever kind."""
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_UNIX, kind) as probe, contextlib.suppress(OSError):
            probe.connect(str(file))
            return True
    return False


class Shipper:
    """A process, ready once its socket is there. Its stored lines are in lines()."""

    package = None
    address = None
    command = ()

    def __init__(self, change=lambda text: text):
        """change gets the text of the configuration from docs/shippers."""
        self._change = change
        self._process = None

    def __enter__(self):
        self.prepare()
        self.address.unlink(missing_ok=True)
        self._process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        try:
            guest.wait_until(self._is_ready, f"{self.address}")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.communicate(timeout=guest.DEADLINE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()

    def _is_ready(self):
        if self._process.poll() is not None:
            said = self._process.stderr.read().decode()
            raise AssertionError(f"{self.command[0]} ended with {self._process.returncode}: {said}")
        return accepts(self.address)

    def prepare(self):
        STORED.unlink(missing_ok=True)
        if not pathlib.Path(self.command[0]).exists():
            install(self.package)
        self.configuration.parent.mkdir(parents=True, exist_ok=True)
        self.configuration.write_text(self._change((CONFIGURATIONS / self.source).read_text()))

    def lines(self):
        """What it stored so far."""
        if not STORED.exists():
            return []
        text = STORED.read_text()
        return [json.loads(line) for line in text.split("\n")[:-1]]

    def await_lines(self, count):
        """That many, or what there is at the deadline."""
        try:
            guest.wait_until(lambda: len(self.lines()) >= count, f"{count} stored lines")
        except AssertionError:
            # Whoever compares says more.
            pass
        return self.lines()


class Rsyslog(Shipper):
    package = "rsyslog"
    address = RSYSLOG_SOCKET
    command = ("/usr/sbin/rsyslogd", "-n", "-i", "/run/rsyslogd.pid")
    source = "rsyslog.conf"
    configuration = pathlib.Path("/etc/rsyslog.d/error-report.conf")

    def prepare(self):
        super().prepare()
        # Where it was in the file: from the beginning again.
        shutil.rmtree("/var/spool/rsyslog", ignore_errors=True)
        os.mkdir("/var/spool/rsyslog")


class SyslogNg(Shipper):
    package = "syslog-ng-core"
    address = SYSLOG_NG_SOCKET
    command = ("/usr/sbin/syslog-ng", "--foreground", "--no-caps")
    source = "syslog-ng.conf"
    configuration = pathlib.Path("/etc/syslog-ng/conf.d/error-report.conf")
    main = pathlib.Path("/etc/syslog-ng/syslog-ng.conf")

    def __init__(self, version="3.38"):
        """As its main configuration says."""
        super().__init__()
        self._version = version

    def prepare(self):
        super().prepare()
        pathlib.Path("/var/lib/syslog-ng/syslog-ng.persist").unlink(missing_ok=True)
        text = self.main.read_text()
        first, rest = text.split("\n", 1)
        if not first.startswith("@version: "):
            raise AssertionError(f"{self.main} begins with {first!r}")
        self.main.write_text(f"@version: {self._version}\n{rest}")


def text_of(value):
    """journalctl shows a text with control characters as a list of its bytes."""
    if isinstance(value, list) and all(isinstance(byte, int) for byte in value):
        return bytes(value).decode()
    return value


class Journald(Shipper):
    """Not as a service, but for whoever writes to it there is no difference."""

    # The last that it opens.
    address = pathlib.Path("/run/systemd/journal/stdout")
    command = ("/lib/systemd/systemd-journald",)

    def prepare(self):
        if not os.path.ismount(CGROUPS):
            # It asks which unit a message comes from, and ends where it cannot.
            guest.run("mount", "-t", "cgroup2", "cgroup2", CGROUPS)
        self.address.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree("/run/log/journal", ignore_errors=True)

    def entries(self, identifier):
        """As journalctl shows them, oldest first."""
        text = guest.run("journalctl", "-o", "json", "--all", "--no-pager", "-t", identifier)
        return [json.loads(line) for line in text.split("\n") if line]

    def lines(self):
        """Those of error-report, with the fields that it wrote."""
        return [
            {
                name: text_of(value)
                for name, value in entry.items()
                if name.startswith(PREFIX) or name in OF_JOURNAL
            }
            for entry in self.entries("error-report")
            # Not what the program says on stderr.
            if any(name.startswith(PREFIX) for name in entry)
        ]
