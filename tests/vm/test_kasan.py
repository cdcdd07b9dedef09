# SPDX-License-Identifier: MIT
"""Where the kernel finds faults in itself: each kind of report arrives whole, as it was printed.

The tests exist on a kernel with KASAN, which scripts/vm --kernel kasan builds.
"""

import pathlib

import guest
from case import ModuleTest, UnloadedTest
from kernel_log import KernelLog, reports
from tool import Listener

# The kinds of the trigger module → headline.
KASAN = {
    "kasan-uaf": r"slab-use-after-free in fire_access",
    "kasan-oob": r"slab-out-of-bounds in fire_access",
    "kasan-stack-oob": r"stack-out-of-bounds in fire_stack_out_of_bounds",
    "kasan-global-oob": r"global-out-of-bounds in fire_global_out_of_bounds",
    "kasan-vmalloc-oob": r"vmalloc-out-of-bounds in fire_access",
    "kasan-double-free": r"double-free in fire_double_free",
    "kasan-invalid-free": r"invalid-free in fire_invalid_free",
    "kasan-null": r"null-ptr-deref in fire_null",
}
UBSAN = {
    "ubsan-bounds": r"UBSAN: array-index-out-of-bounds in \S*fire.c:",
    "ubsan-shift": r"UBSAN: shift-out-of-bounds in \S*fire.c:",
}
CONTEXTS = ("task", "softirq", "hardirq", "nmi", "idle", "irqs-off")

KMEMLEAK = pathlib.Path("/sys/kernel/debug/kmemleak")


class Sanitizers(ModuleTest):
    def fire(self, kind, context="task"):
        log = self.enter(KernelLog())
        listener = self.enter(Listener())
        guest.fire(kind, context)
        [got] = listener.take(1)
        self.assertEqual(listener.finish(), [])
        return got, log.texts()

    def check_kasan(self, kind, context):
        got, texts = self.fire(kind, context)
        # mm/kasan/report.c fires the event for an address that is not 0.
        flags = ["no_event"] if kind == "kasan-null" else []
        self.assertEqual((got["tool"], got["flags"]), ("kasan", flags))
        self.assertEqual([got["text"]], reports(texts))
        self.assertRegex(got["text"], "^BUG: KASAN: " + KASAN[kind])

    def check_ubsan(self, kind):
        self.reload_trigger()
        got, texts = self.fire(kind)
        self.assertEqual((got["tool"], got["flags"]), ("ubsan", ["no_event"]))
        self.assertEqual([got["text"]], reports(texts))
        self.assertRegex(got["text"], "^" + UBSAN[kind])

    @staticmethod
    def reload_trigger():
        """UBSAN reports a place once."""
        guest.run("rmmod", guest.TRIGGER)
        guest.run("modprobe", guest.TRIGGER)


class Leaks(UnloadedTest):
    def test_loading_use_and_unloading_leak_nothing(self):
        KMEMLEAK.write_text("clear")
        for _ in range(3):
            with guest.module(slots=8):
                listener = self.enter(Listener("--backlog"))
                guest.fire("kasan-uaf", count=5)
                guest.fire("warn", "softirq", count=5)
                listener.take(10)
                listener.finish()
        # What a scan finds for the first time is not told yet; it may still be in a register.
        for _ in range(2):
            KMEMLEAK.write_text("scan")
        found = [leak for leak in KMEMLEAK.read_text().split("unreferenced object") if "error_report" in leak]
        self.assertEqual(found, [])


def add_checks():
    for kind in (kind for kind in KASAN if kind in guest.kinds()):
        for context in CONTEXTS:
            # These free and allocate in the context itself.
            if context == "nmi" and kind in ("kasan-double-free", "kasan-invalid-free"):
                continue

            def test(self, kind=kind, context=context):
                self.check_kasan(kind, context)

            setattr(Sanitizers, f"test_{kind}_in_{context}_is_one_true_line", test)
    for kind in (kind for kind in UBSAN if kind in guest.kinds()):

        def test_ubsan(self, kind=kind):
            self.check_ubsan(kind)

        setattr(Sanitizers, f"test_{kind}_is_told_without_event", test_ubsan)


if guest.is_sanitized():
    add_checks()
else:
    del Sanitizers, Leaks
