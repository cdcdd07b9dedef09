# SPDX-License-Identifier: MIT
"""What comes of a burst: real WARNs back to back on four CPUs, with and without a neighbour that
prints all the time. With a log of 4 MiB (log_buf_len=4M) only of the ways that read the log.

A report is whole if its lines are those of one that was fired alone, but for addresses, numbers
and the frames that the unwinder is not sure of.
"""

import contextlib
import pathlib
import sys

import genl
import guest
import printk
import ways

BURSTS = (2_000, 10_000)
CPUS = range(4)
JOIN_S = 600

NOISE = "task\n" + 50 * "print a noisy driver: a line that is of no report\n"

LARGE_LOG = "log_buf_len=4M"
LOG_READERS = ("kmsg", "log", "trace")


def hash_of_one(consume):
    """That of a report which was fired alone."""
    with guest.module(), ways.Consumer(ways.BARE, consume) as consumer:
        return next(iter(consumer.end().values())).hash


def fire(count):
    writers = [guest.Writer("warn-number", count=count // len(CPUS), cpu=cpu) for cpu in CPUS]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(JOIN_S)


def burst(way, consume, count, noisy, whole):
    with ways.needs(way), guest.module(), ways.Consumer(way, consume) as consumer:
        before = max(ways.ended())
        no_room = printk.no_room()
        with guest.repeating(guest.STAGE, NOISE) if noisy else contextlib.nullcontext():
            fire(count)
        taken = consumer.end()
        with genl.Socket() as socket:
            status = socket.status()
    # The first ones were fired alone, until one came.
    if not any(report.hash == whole for number, report in taken.items() if number <= before):
        raise AssertionError(f"{way.name}: not even a report that is fired alone comes whole")
    burst = [report for number, report in taken.items() if number > before]
    return {
        "came": len(burst),
        "whole": sum(report.hash == whole for report in burst),
        "twice": consumer.twice,
        "said_lost": consumer.lost,
        # Whose end came without a line, as those of which printk() dropped all.
        "without_text": status["NO_TEXT"],
        "no_room": printk.no_room() - no_room,
        "lost_in_kernel": status["ENDED"] - status["PUBLISHED"],
    }


def cases():
    """(way, its name, reports, whether there is a neighbour)"""
    if LARGE_LOG not in pathlib.Path("/proc/cmdline").read_text():
        return [
            (way, way.name, count, noisy)
            for count in BURSTS
            for noisy in (False, True)
            for way in ways.WAYS
        ]
    return [
        (way, f"{way.name}, log of 4 MiB", BURSTS[0], noisy)
        for noisy in (False, True)
        for way in ways.WAYS
        if way.consume in LOG_READERS
    ]


def measure(rounds, consume):
    ways.prepare()
    whole = hash_of_one(consume)
    for number in range(1, rounds + 1):
        for way, name, count, noisy in cases():
            print(f"round {number}: {count} {noisy=} {name}", file=sys.stderr, flush=True)
            result = burst(way, consume, count, noisy, whole)
            yield {"way": name, "round": number, "of": count, "noisy": noisy} | result
