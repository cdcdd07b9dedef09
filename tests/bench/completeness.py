# SPDX-License-Identifier: MIT
"""What comes of a burst: real WARNs back to back on four CPUs, with and without a noisy neighbour.

A report is whole if its lines are those of one that was fired alone, but for addresses, numbers
and the frames that the unwinder is not sure of.
"""

import contextlib
import sys

import genl
import guest
import ways
from noise import Noise

BURSTS = (2_000, 10_000)
CPUS = range(4)
JOIN_S = 600


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
        with Noise() if noisy else contextlib.nullcontext():
            fire(count)
        taken = [report for number, report in consumer.end().items() if number > before]
        with genl.Socket() as socket:
            status = socket.status()
    return {
        "came": len(taken),
        "whole": sum(report.hash == whole for report in taken),
        "twice": consumer.twice,
        "said_lost": consumer.lost,
        "lost_in_kernel": status["ENDED"] - status["PUBLISHED"],
    }


def measure(rounds, consume):
    ways.prepare()
    whole = hash_of_one(consume)
    for number in range(1, rounds + 1):
        for count in BURSTS:
            for noisy in (False, True):
                for way in ways.WAYS:
                    print(f"round {number}: {count} {noisy=} {way.name}", file=sys.stderr, flush=True)
                    result = burst(way, consume, count, noisy, whole)
                    yield {"way": way.name, "round": number, "of": count, "noisy": noisy} | result
