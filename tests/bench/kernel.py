# SPDX-License-Identifier: MIT
"""What error_report_notify costs the kernel.

measure() yields a dict for each result of a round:

what      of what
printk    a printk() that no console shows
console   the trace event alone that printk() fires
end       the event error_report_end of a report
collect   what the interrupt does for a report
warn      a whole WARN
worker    what the worker does for a report
memory    bytes of the module, of a report

ns is how long it took, the loop's and the clock's share included, which "absent" is the measure
of; added_ns is how much more it is than absent. What else the machine does adds to it, for
seconds where another has the other half of a core, and by more than what is looked for. So of the
lines it is the least of many short batches in turns; of the others, which are measured one by one
by a clock that may count in coarse steps, the mean of the middle half.
"""

import contextlib
import os
import pathlib
import re
import statistics
import sys

import genl
import guest

MODULE = "error_report_measure"
RUN = pathlib.Path("/sys/kernel/debug", MODULE, "run")
TRACING = pathlib.Path("/sys/kernel/tracing")

ALTERNATIONS = 10
LINE_BATCHES = 64
REPORTS = 16
RECEIVE_BUFFER = 8 << 20

LINES = ("printk", "console")
# What the measuring module does for each, by state: neither that one nor the kernel's own trace
# listens; the trace does; the module does while no report is open; or while one is.
ORDERS = {
    "absent": {what: what for what in (*LINES, "end", "collect", "warn")},
    "traced": {what: what for what in (*LINES, "end", "warn")},
    "idle": {what: what for what in LINES},
    "inside": {what: f"{what}-inside" for what in LINES}
    | {what: what for what in ("end", "collect", "warn")},
}

# In what the trace says of a work item, from its beginning to its end.
_WORK = re.compile(
    r"^.* (?P<seconds>\d+\.\d+): workqueue_execute_(?P<edge>start|end): "
    r"work struct (?P<work>\S+): function send \[error_report_notify\]$",
    re.MULTILINE,
)


def order(subject, batches):
    """ns of one call in each batch, and how many reports were staged."""
    RUN.write_text(f"{subject} {batches}")
    head, *times = RUN.read_text().splitlines()
    calls, reports = map(int, head.split())
    return [int(time) / calls for time in times], reports


def follow(state):
    """{(what, state): [ns]}, and how many reports were staged."""
    times, staged = {}, 0
    for what, subject in ORDERS[state].items():
        batches = LINE_BATCHES if subject in LINES else REPORTS
        times[what, state], reports = order(subject, batches)
        staged += reports
    return times, staged


@contextlib.contextmanager
def delivering():
    """The module, as long as this lasts; raises AssertionError if the reports staged meanwhile,
    which the list is told, were not all published whole."""
    staged = []
    with guest.module(), genl.Socket() as socket:
        yield socket, staged
        count = sum(staged)
        guest.wait_until(lambda: socket.status()["ENDED"] >= count, f"{count} reports to end")
        status = socket.status()
        whole = {"ENDED": count, "PUBLISHED": count}
        whole |= dict.fromkeys(("NO_TEXT", "UNTERMINATED", "TRUNCATED"), 0)
        if any(status[name] != value for name, value in whole.items()):
            raise AssertionError(f"of {count} staged reports not all came whole: {status}")


@contextlib.contextmanager
def tracing(*events):
    """The kernel's own trace of these, on a clock that every machine has in ns."""
    files = [TRACING / "events" / event / "enable" for event in events]
    (TRACING / "trace_clock").write_text("mono")
    (TRACING / "trace").write_text("")
    for file in files:
        file.write_text("1")
    try:
        yield TRACING / "trace"
    finally:
        for file in files:
            file.write_text("0")


def free_memory():
    found = re.search(r"^MemFree: +(\d+) kB$", pathlib.Path("/proc/meminfo").read_text(), re.M)
    return int(found[1]) * 1024


def alternate():
    """({(what, state): [ns]}, bytes that loading takes)"""
    times, _ = follow("absent")
    with tracing("printk/console", "error_report/error_report_end"):
        times |= follow("traced")[0]
    before = free_memory()
    with delivering() as (_, staged):
        memory = before - free_memory()
        for state in ("idle", "inside"):
            found, reports = follow(state)
            times |= found
            staged.append(reports)
    return times, memory


def times():
    all_times, memory = zip(*(alternate() for _ in range(ALTERNATIONS)))
    typical = {}
    for what, state in all_times[0]:
        together = sorted(ns for times in all_times for ns in times[what, state])
        if what not in LINES:
            quarter = len(together) // 4
            together = [statistics.mean(together[quarter:-quarter])]
        typical[what, state] = together[0]
    for (what, state), ns in typical.items():
        added = ns - typical[what, "absent"]
        yield {"what": what, "state": state, "ns": round(ns, 2), "added_ns": round(added, 2)}
    yield {"what": "memory", "state": "loaded", "bytes": statistics.median(memory)}


def worker_ns(trace):
    """How long it worked, all in all."""
    begun, total = {}, 0.0
    for event in _WORK.finditer(trace):
        seconds = float(event["seconds"])
        if event["edge"] == "start":
            begun[event["work"]] = seconds
        elif event["work"] in begun:
            total += seconds - begun.pop(event["work"])
    if not total:
        raise AssertionError("the trace has no work item of the module's")
    return 1e9 * total


def queued_bytes(socket):
    """What waits in it for its reader, as the kernel accounts for it."""
    inode = os.fstat(socket.fileno()).st_ino
    for line in pathlib.Path("/proc/net/netlink").read_text().splitlines()[1:]:
        fields = line.split()
        if int(fields[-1]) == inode:
            return int(fields[4])
    raise AssertionError("/proc/net/netlink does not know the subscriber")


def worker(subscribed):
    """What the worker does for reports, with a subscriber that does not read yet or without, and
    the memory they take."""
    with delivering() as (socket, staged), genl.Socket(RECEIVE_BUFFER) as listener:
        if subscribed:
            listener.join()
        with tracing("workqueue/workqueue_execute_start", "workqueue/workqueue_execute_end") as trace:
            # So many lines make one report each time.
            _, reports = order("end", REPORTS)
            staged.append(reports)
            guest.wait_until(lambda: guest.report_count() == reports, f"{reports} reports to be sent")
        state = "subscribed" if subscribed else "alone"
        yield {"what": "worker", "state": state, "ns": round(worker_ns(trace.read_text()) / reports, 2)}
        if subscribed:
            yield {"what": "memory", "state": "queued", "bytes": queued_bytes(listener) // reports}
        else:
            status = socket.status()
            used = status["RING_USED"] // status["RING_REPORTS"]
            yield {"what": "memory", "state": "retained", "bytes": used}
            yield {"what": "memory", "state": "text", "bytes": socket.report(reports)["TEXT_LEN"]}


def measure(rounds, _):
    # The console is a slow serial line, so the log alone takes the lines.
    (guest.KERNEL / "printk").write_text("1")
    os.sched_setaffinity(0, [max(os.sched_getaffinity(0))])
    guest.run("modprobe", MODULE)
    machine = "um" if os.uname().release.endswith("-um") else "qemu"
    for number in range(1, rounds + 1):
        print(f"round {number} on {machine}", file=sys.stderr, flush=True)
        for result in (*times(), *worker(False), *worker(True)):
            yield {"machine": machine, "round": number} | result
    guest.run("rmmod", MODULE)
