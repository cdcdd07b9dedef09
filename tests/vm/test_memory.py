# SPDX-License-Identifier: MIT
"""Memory that cannot be had: nothing allocates before the ring, so no report is lost.

The tests exist where the kernel has failslab, as that of scripts/vm --kernel kasan.
"""

import contextlib
import errno
import pathlib

import genl
import guest
from case import ModuleTest

FAILSLAB = pathlib.Path("/sys/kernel/debug/failslab")
# Of whole pages, for what is too large for the slab, and for the slab itself.
FAIL_PAGE_ALLOC = FAILSLAB.with_name("fail_page_alloc")
COUNT = 50


@contextlib.contextmanager
def no_memory(start, end):
    """Each allocation of slab memory or pages that code in this range asks for fails."""
    injectors = {FAILSLAB: {}}
    if FAIL_PAGE_ALLOC.exists():
        injectors[FAIL_PAGE_ALLOC] = {"min-order": 0}
    settings = {
        "require-start": start,
        "require-end": end,
        "stacktrace-depth": 32,
        "probability": 100,
        "interval": 1,
        "times": -1,
        "ignore-gfp-wait": "N",
        "verbose": 0,
    }
    for injector, own in injectors.items():
        for name, value in (own | settings).items():
            (injector / name).write_text(str(value))
    try:
        yield
    finally:
        for injector in injectors:
            (injector / "probability").write_text("0")


class NoMemory(ModuleTest):
    def test_reports_are_in_the_ring_and_subscribers_fetch_them(self):
        listener = self.enter(genl.Socket())
        listener.join()
        socket = self.enter(genl.Socket())
        with no_memory(*guest.code_sections()[".text"]):
            guest.fire("warn", count=COUNT)
            guest.wait_until(lambda: guest.report_count() == COUNT, f"report_count {COUNT}")
        status = socket.status()
        self.assertEqual((status["ENDED"], status["PUBLISHED"]), (COUNT, COUNT))
        self.assertEqual((status["LOST_NO_SLOT"], status["LOST_RING_FULL"]), (0, 0))
        self.assertEqual(status["MULTICAST_FAILED"], COUNT)

        with self.assertRaises(OSError) as told:
            listener.receive()
        self.assertEqual(told.exception.errno, errno.ENOBUFS)
        reports, _ = socket.dump()
        self.assertEqual([report["SEQ"] for report in reports], list(range(1, COUNT + 1)))

    def test_request_that_finds_no_memory_is_refused_and_the_next_is_answered(self):
        guest.fire("warn")
        with genl.Socket() as socket:
            last = socket.status()["ENDED"]
            with no_memory(*guest.code_sections()[".text"]):
                for request in (socket.status, lambda: socket.report(last)):
                    with self.assertRaises(genl.Refused) as refused:
                        request()
                    self.assertEqual(refused.exception.errno, errno.ENOMEM)
            self.assertEqual(socket.report(last)["SEQ"], last)


class AllLost(ModuleTest):
    """Without memory nor room: what is not published is counted, and adds up."""

    parameters = {"slots": 1, "ring_size": 262144}

    def test_losses_are_counted_without_memory(self):
        socket = self.enter(genl.Socket())
        with no_memory(*guest.code_sections()[".text"]):
            guest.fire("warn-burst", "hardirq")
        guest.wait_until(lambda: socket.status()["ENDED"] == guest.BURST, "the burst to end")
        status = socket.status()
        lost = status["LOST_NO_SLOT"] + status["LOST_RING_FULL"]
        self.assertGreater(lost, 0)
        self.assertEqual(status["PUBLISHED"] + lost, guest.BURST)


if not FAILSLAB.exists():
    del NoMemory, AllLost
