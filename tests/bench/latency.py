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
PACE_S = 0.02
WRITER_CPU = 3


def quantile(ordered, share):
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def latencies(way, consume):
    """In ns, of each report that came, least first."""
    with ways.needs(way), guest.module(), ways.Consumer(way, consume) as consumer:
        time.sleep(1)
        begin = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        for _ in range(REPORTS):
            guest.fire("warn-number", cpu=WRITER_CPU)
            time.sleep(PACE_S)
        taken = consumer.end()
        ended = {number: end for number, end in ways.ended().items() if end >= begin}
    return sorted(taken[number].time - end for number, end in ended.items() if number in taken)


def measure(rounds, consume):
    ways.prepare()
    for number in range(1, rounds + 1):
        for way in ways.WAYS:
            print(f"round {number}: {way.name}", file=sys.stderr, flush=True)
            ordered = latencies(way, consume)
            yield {
                "way": way.name,
                "round": number,
                "came": len(ordered),
                "of": REPORTS,
                "p50_us": quantile(ordered, 0.5) / 1000,
                "p99_us": quantile(ordered, 0.99) / 1000,
                "max_us": ordered[-1] / 1000,
            }
