# SPDX-License-Identifier: MIT
"""error-report.service, and what it writes."""

import collections
import json
import pathlib
import pwd
import subprocess

import genl
import guest
import json_line

UNIT = "error-report.service"
PROGRAM = pathlib.Path("/usr/local/bin/error-report")
LOGS = pathlib.Path("/var/log/error-report")
LOG = LOGS / "error-report.jsonl"
STATE = pathlib.Path("/var/lib/error-report/state")
METRICS = pathlib.Path("/run/error-report/error-report.prom")
DROP_IN = pathlib.Path("/run/systemd/system") / f"{UNIT}.d/test.conf"


def install():
    """As an operator would without a package."""
    # A link of scripts/vm's, into a folder that the unit may not see, and which would be taken
    # for up to date.
    PROGRAM.unlink()
    guest.run("cmake", "--install", str(guest.PROJECT / "build/tool"))
    guest.run("systemd-sysusers")
    guest.run("journalctl", "--update-catalog")
    read_units()


def systemctl(*arguments):
    """Of the unit."""
    return guest.run("systemctl", *arguments, UNIT)


def read_units():
    guest.run("systemctl", "daemon-reload")


def show(name):
    """A property of the unit."""
    return systemctl("show", "--property", name, "--value").strip()


def main_pid():
    return int(show("MainPID"))


def user():
    return pwd.getpwnam("error-report")


def documented(title):
    """The settings that a section of error-report.service(8) shows."""
    page = (guest.PROJECT / "docs/man/error-report.service.8").read_text()
    section = page.split(f"\n.Ss {title}\n")[1].split("\n.S")[0]
    settings = section.split("\n[Service]\n")[1].split("\n.Ed")[0]
    return settings.replace("\\e\n", "\\\n")


def change(text):
    """A drop-in for [Service]; reset() takes it away."""
    DROP_IN.parent.mkdir(parents=True, exist_ok=True)
    DROP_IN.write_text(f"[Service]\n{text}\n")
    read_units()


def reset():
    """Stopped, and as if it had never run."""
    systemctl("stop")
    subprocess.run(["systemctl", "reset-failed", UNIT], capture_output=True, check=False)
    DROP_IN.unlink(missing_ok=True)
    read_units()
    STATE.unlink(missing_ok=True)
    for file in LOGS.glob("*"):
        file.unlink()


def await_active(pid_before=0):
    """Until it is ready, as another process than before."""
    guest.wait_until(
        lambda: show("ActiveState") == "active" and main_pid() not in (0, pid_before),
        f"{UNIT} is active",
    )


def instance():
    """As the JSON lines name it."""
    with genl.Socket() as socket:
        return f"{socket.status()['INSTANCE']:#018x}"


def fire(count=1):
    """Returns the names of the reports, once the kernel has sent them."""
    before = guest.report_count()
    guest.fire("warn-msg", count=count)
    last = before + count
    guest.wait_until(lambda: guest.report_count() == last, f"report {last}")
    return {(instance(), seq) for seq in range(before + 1, last + 1)}


def events(file=LOG):
    """The lines of a file that are whole."""
    text = file.read_text() if file.exists() else ""
    return json_line.parse_all(text)


def names(events):
    """(instance, seq) of each report among them, and how often."""
    return collections.Counter(
        (event["instance"], event["seq"]) for event in events if event["event"] == "report"
    )


def in_journal():
    """The same of what came to the journal last."""
    text = guest.run("journalctl", "-o", "json", "-n", "1000", "--no-pager", "-t", "error-report")
    # The text of a report may hold what str.splitlines() takes for the end of a line.
    entries = [json.loads(line) for line in text.split("\n") if line]
    return collections.Counter(
        (entry["ERROR_REPORT_INSTANCE"], int(entry["ERROR_REPORT_SEQ"]))
        for entry in entries
        if entry.get("ERROR_REPORT_EVENT") == "report"
    )


def await_reports(wanted, found=lambda: names(events())):
    """Until all of them are there."""
    guest.wait_until(lambda: not wanted - found().keys(), f"{sorted(wanted)}")
