# SPDX-License-Identifier: MIT
"""How time and memory grow with what there may be more of; in a guest, of 8 CPUs for all of it.

Each axis is a function here, whose docstring says what x is, what is measured, and what that does
not show. seconds are wall-clock time; kib is memory. CPUs are emulated, so that how long anything
takes says little; how it grows says much, save where the host has fewer CPUs than the guest.
"""

import contextlib
import os
import pathlib
import re
import select
import statistics
import sys
import time

import genl
import guest
import staged
from process import peak_kib
from tool import Listener
from uapi import CMD_REPORT_GET, CMD_REPORT_NTF

SUBSCRIBERS = (1, 4, 16, 64, 256)
SIZES_KIB = (1, 2, 4, 8, 16, 32, 60)
RINGS_KIB = (256, 1024, 4096, 16384, 65536)
QUEUES_KIB = (64, 256, 1024, 4096, 16384)
CPUS = (1, 2, 4, 8)

BURSTS = 3
SINGLE = 30
DUMPS = 3
GETS = 50
WARNINGS = 200  # of each CPU

PAGE_KIB = os.sysconf("SC_PAGE_SIZE") // 1024
NOT_KERNEL = ("MemFree", "Buffers", "Cached", "SReclaimable", "AnonPages")

# For all reports of a burst, so that nobody has to read meanwhile.
RECEIVE_BUFFER = 64 << 20
LARGEST_SLOT = 65530
# A record of the kernel's log has a little more at the most.
LINE = 900
# What is staged by one write, of reports of so much text each.
VOLLEY = 24
VOLLEY_TEXT_KIB = 8


def boottime():
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def memory_kib():
    """The guest's, by its names for it."""
    pathlib.Path("/proc/sys/vm/stat_refresh").write_text("1", encoding="ascii")
    text = pathlib.Path("/proc/meminfo").read_text(encoding="ascii")
    return {name: int(size) for name, size in re.findall(r"^(\w+): +(\d+) kB$", text, re.MULTILINE)}


def kernel_kib():
    """The kernel's own memory, without caches. Pages that a CPU keeps free for itself are not in
    use either, though MemFree has not got them."""
    kib = memory_kib()
    zones = pathlib.Path("/proc/zoneinfo").read_text(encoding="ascii")
    kept = sum(map(int, re.findall(r"^ +count: +(\d+)$", zones, re.MULTILINE)))
    return kib["MemTotal"] - kept * PAGE_KIB - sum(kib[name] for name in NOT_KERNEL)


def slab_kib():
    """What the kernel has in small pieces, such as sockets and what waits in them, without what it
    keeps for the next ones."""
    for switch in pathlib.Path("/sys/kernel/slab").glob("*/shrink"):
        switch.write_text("1", encoding="ascii")
    return memory_kib()["SUnreclaim"]


def worker_seconds():
    """CPU time of the threads that run work of no CPU's own; the module's is nearly all of it."""
    total_ns = 0
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            if (folder / "comm").read_text(encoding="utf-8").startswith("kworker/u"):
                total_ns += int((folder / "schedstat").read_text(encoding="ascii").split()[0])
    return total_ns / 1e9


def unread_bytes(pid):
    """What the receive buffers of its netlink sockets hold, as the kernel charges for it."""
    inodes = set()
    for link in pathlib.Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            inodes.update(re.findall(r"^socket:\[(\d+)\]$", os.readlink(link)))
    lines = pathlib.Path("/proc/net/netlink").read_text(encoding="ascii").splitlines()
    fields = (line.split() for line in lines[1:])
    return sum(int(row[4]) for row in fields if row[9] in inodes)


def await_count(number):
    """Returns when the worker is done with that report: the time then."""
    poller = select.poll()
    with (guest.SYSFS / "report_count").open(encoding="ascii") as file:
        poller.register(file, select.POLLPRI)
        while int(file.read()) < number:
            if not poller.poll(guest.DEADLINE_S * 1000):
                raise AssertionError(f"report {number} was not sent within {guest.DEADLINE_S} s")
            file.seek(0)
    return boottime()


def expect_report(messages):
    """The attributes of the one that it is."""
    [message] = messages
    if message.command != CMD_REPORT_NTF:
        raise AssertionError(f"command {message.command} instead of a report")
    return genl.decode("A_", message.payload)


def report_of(kib):
    """With so much text."""
    headline = "WARNING: staged: growth"
    lines, left = [headline], (kib << 10) - len(headline)
    while left > 1:
        lines.append("." * (min(left, LINE) - 1))
        left -= min(left, LINE)
    report = staged.warning("growth")
    report.lines = lines
    return report


def stage(kib, count=1):
    guest.stage("task", *(report_of(kib).steps * count))


def subscribers():
    """x: sockets that have joined the group, none of which reads meanwhile.

    seconds: from the end of a burst's last report to the worker's being done with it. All of a
    burst are printed in one interrupt, so that the worker begins when they are over. cpu_seconds:
    the worker's. kib: what the sockets take, with all reports of the burst in them. Does not show
    what the readers take once they read, nor readers that are overrun.
    """
    with guest.module(slots=guest.BURST), genl.Socket() as requests:
        # Emulated code is slow when it runs for the first time.
        burst_to(1, requests)
        for count in SUBSCRIBERS:
            for _ in range(BURSTS):
                yield {"x": count} | burst_to(count, requests)


def burst_to(count, requests):
    last = requests.status()["ENDED"] + guest.BURST
    memory = slab_kib()
    with contextlib.ExitStack() as stack:
        for _ in range(count):
            reader = stack.enter_context(genl.Socket(receive_buffer=RECEIVE_BUFFER))
            reader.join()
        worked = worker_seconds()
        guest.fire("warn-burst", "hardirq")
        sent = await_count(last)
        result = {
            "seconds": sent - requests.report(last)["TIME_BOOT"] / 1e9,
            "cpu_seconds": worker_seconds() - worked,
            "kib": slab_kib() - memory,
        }
        # The last one to be sent to.
        for _ in range(guest.BURST):
            expect_report(reader.receive())
    return result


def size():
    """x: KiB of a report's text.

    seconds: from the end event to a subscriber's having the message in its hands, of one report at
    a time. kib: what the report is charged to a subscriber's receive buffer until it is read.
    Does not show what error-report makes of it, nor the time that printing takes.
    """
    with guest.module(slot_size=LARGEST_SLOT), genl.Socket() as reader, genl.Socket() as other:
        reader.join()
        other.join()
        for kib in SIZES_KIB:
            report = report_of(kib)
            for _ in range(SINGLE):
                seconds = deliver(report, reader)
                yield {"x": kib, "seconds": seconds, "kib": unread_bytes(os.getpid()) / 1024}
                other.receive()


def deliver(report, reader):
    order = guest.Order(guest.STAGE, "\n".join(("task", *report.steps))).start()
    messages = reader.receive()
    received = boottime()
    order.join()
    return received - expect_report(messages)["TIME_BOOT"] / 1e9


def history():
    """x: KiB of ring_size; the ring is full of reports of some KiB each.

    seconds: a dump of all, with what its reader, which is in Python, takes to find where each
    message ends. get_seconds: one report by its SEQ, wherever it is; of both the median of some.
    kib: what the module takes from its load on. Does not show a dump beside reports that evict
    others.
    """
    for kib in RINGS_KIB:
        memory = kernel_kib()
        with guest.module(ring_size=kib << 10), genl.Socket() as socket:
            memory = kernel_kib() - memory
            while socket.status().get("OLDEST_SEQ", 1) == 1:
                stage(VOLLEY_TEXT_KIB, VOLLEY)
            status = socket.status()
            oldest, newest = status["OLDEST_SEQ"], status["NEWEST_SEQ"]
            some = range(oldest, newest + 1, max(1, (newest - oldest) // GETS))
            yield {
                "x": kib,
                "seconds": statistics.median(dump_seconds(socket) for _ in range(DUMPS)),
                "get_seconds": statistics.median(get_seconds(socket, seq) for seq in some),
                "kib": memory,
            }


def dump_seconds(socket):
    begin = boottime()
    socket.send(CMD_REPORT_GET, flags=genl.NLM_F_DUMP)
    for _ in socket.answer():
        pass
    return boottime() - begin


def get_seconds(socket, seq):
    begin = boottime()
    socket.report(seq)
    return boottime() - begin


def queue():
    """x: KiB of error-report listen's --queue.

    idle_kib: the peak of its resident memory while it keeps up with reports that come one at a
    time. kib: how much it has grown when the reader of its output was stopped, the queue is full
    and more came. Does not show the socket's receive buffer, which is the kernel's memory, nor
    other outputs, which have a queue each.
    """
    with guest.module():
        for kib in QUEUES_KIB:
            with Listener("--queue", str(kib << 10)) as listener:
                for _ in range(SINGLE):
                    stage(VOLLEY_TEXT_KIB)
                    listener.take(1)
                idle = peak_kib(listener.pid)
                # Beside the queue there are the pipe and the line that is being written.
                for _ in range(2 + 5 * kib // 4 // (VOLLEY * VOLLEY_TEXT_KIB)):
                    stage(VOLLEY_TEXT_KIB, VOLLEY)
                guest.wait_until(lambda: not unread_bytes(listener.pid), "an empty receive buffer")
                yield {"x": kib, "idle_kib": idle, "kib": peak_kib(listener.pid) - idle}


def fire_on(count):
    """Real warnings, on so many CPUs at once and back to back: the time when they began."""
    writers = [guest.Writer("warn", count=WARNINGS, cpu=cpu) for cpu in range(count)]
    begin = boottime()
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(guest.DEADLINE_S * 5)
    return begin


def cpus():
    """x: CPUs, each of which prints as many real warnings as fast as it can.

    seconds: until all were printed and sent to one subscriber. without_seconds: until they were
    printed where the module is not loaded, which is what the kernel itself takes. captured, lost:
    reports by the module's count, of warnings. Does not show more CPUs at work than the host has:
    from there on seconds are linear for that alone, and only their ratio to without_seconds counts.
    """
    # Emulated code is slow when it runs for the first time.
    captured_on(1)
    for count in CPUS:
        begin = fire_on(count)
        without = boottime() - begin
        yield {"x": count, "without_seconds": without} | captured_on(count)


def captured_on(count):
    with guest.module(), genl.Socket(receive_buffer=RECEIVE_BUFFER) as socket:
        socket.join()
        begin = fire_on(count)
        with genl.Socket() as requests:
            sent = await_count(requests.status()["ENDED"])
            status = requests.status()
    return {
        "seconds": sent - begin,
        "warnings": count * WARNINGS,
        "captured": status["PUBLISHED"],
        "lost": status["LOST_NO_SLOT"] + status["LOST_RING_FULL"],
    }


AXES = (subscribers, size, history, queue, cpus)


def measure(rounds, _consume):
    guest.prepare()
    for number in range(1, rounds + 1):
        for axis in AXES:
            print(f"round {number}: {axis.__name__}", file=sys.stderr, flush=True)
            for result in axis():
                yield {"round": number, "axis": axis.__name__} | result
