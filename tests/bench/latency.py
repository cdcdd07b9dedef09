# SPDX-License-Identifier: MIT
"""From the end of a report to a complete line or text in the consumer's hand.

The reports come one at a time. When each ended is known from the module, whose clock the consumers
read, too; it is loaded for every way, also for those that do not need it.
"""

import sys
import time

import guest
import ways

REPORTS = 400  # a round of each way
WARM_UP = 20  # before them: emulated code is slow when it runs for the first time
PACE_S = 0.02
WRITER_CPU = 3


def fire(count):
    for _ in range(count):
        guest.fire("warn-number", cpu=WRITER_CPU)
        time.sleep(PACE_S)


def latencies(way, consume):
    """In ns, of each report that came."""
    with ways.needs(way), guest.module(), ways.Consumer(way, consume) as consumer:
        time.sleep(1)
        fire(WARM_UP)
        begin = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        fire(REPORTS)
        taken = consumer.end()
        ended = {number: end for number, end in ways.ended().items() if end >= begin}
    return [taken[number].time - end for number, end in ended.items() if number in taken]


def measure(rounds, consume):
    ways.prepare()
    for number in range(1, rounds + 1):
        for way in ways.WAYS:
            print(f"round {number}: {way.name}", file=sys.stderr, flush=True)
            us = [ns / 1000 for ns in latencies(way, consume)]
            yield {"way": way.name, "round": number, "of": REPORTS, "us": us}
