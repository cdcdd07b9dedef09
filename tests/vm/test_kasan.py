# SPDX-License-Identifier: MIT
"""Where the kernel finds faults in itself: each kind of report arrives whole, as it was printed.

The tests exist on a kernel with KASAN, which scripts/vm --kernel kasan builds.
"""

import pathlib
import re
import time

import genl
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
# kmemleak does not tell of what is younger.
KMEMLEAK_MIN_AGE_S = 5


class Kernel(ModuleTest):
    """It is what the tests take it for."""

    def test_module_is_instrumented(self):
        undefined = guest.run("nm", "--undefined-only", str(guest.module_file()))
        self.assertRegex(undefined, r"\b__asan_report_(load|store)\w+")

    def test_start_event_is_used_unless_the_parameter_forbids_it(self):
        with genl.Socket() as socket:
            used = socket.status()["START_EVENT"]
        self.assertEqual(used, int(guest.defaults.get("use_start_event", "1")))


class Sanitizers(ModuleTest):
    ends_lockdep = True

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
    ends_lockdep = True

    def test_loading_use_and_unloading_leak_nothing(self):
        KMEMLEAK.write_text("clear")
        code = []
        for _ in range(3):
            with guest.module(slots=8):
                code += guest.code_sections().values()
                listener = self.enter(Listener("--backlog"))
                guest.fire("kasan-uaf", count=5)
                guest.fire("warn", "softirq", count=5)
                listener.take(10)
                listener.finish()
        time.sleep(KMEMLEAK_MIN_AGE_S + 1)
        # What a scan finds for the first time is not told yet; it may still be in a register.
        for _ in range(2):
            KMEMLEAK.write_text("scan")

        def is_ours(leak):
            """The module is gone, and its functions have no names any more."""
            addresses = [int(address, 16) for address in re.findall(r"0x[0-9a-f]{16}", leak)]
            return "error_report" in leak or any(
                start <= address <= end for address in addresses for start, end in code
            )

        leaks = KMEMLEAK.read_text().split("unreferenced object")[1:]
        self.assertEqual([leak for leak in leaks if is_ours(leak)], [])


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
    del Kernel, Sanitizers, Leaks
