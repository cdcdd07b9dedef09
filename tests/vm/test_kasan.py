# SPDX-License-Identifier: MIT
"""Where the kernel finds faults in itself: each kind of report arrives whole, as it was printed.

The tests of KASAN exist on a kernel that has it, which scripts/vm --kernel kasan and
kasan-hw-tags build, those of UBSAN also where people's kernels have that.
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
GENERIC = {
    "kasan-uaf": r"slab-use-after-free in fire_access",
    "kasan-oob": r"slab-out-of-bounds in fire_access",
    "kasan-oob-write": r"slab-out-of-bounds in fire_overwrite",
    "kasan-stack-oob": r"stack-out-of-bounds in fire_stack_out_of_bounds",
    "kasan-global-oob": r"global-out-of-bounds in fire_global_out_of_bounds",
    "kasan-vmalloc-oob": r"vmalloc-out-of-bounds in fire_access",
    "kasan-double-free": r"double-free in fire_double_free",
    "kasan-invalid-free": r"invalid-free in fire_invalid_free",
    "kasan-null": r"null-ptr-deref in fire_null",
}
# mm/kasan/report.c fires the event for an address that is not 0.
WITHOUT_EVENT = ("kasan-null",)
# With hardware tags: what faults, and how.
READS = {
    "kasan-uaf": GENERIC["kasan-uaf"],
    "kasan-oob": GENERIC["kasan-oob"],
    "kasan-vmalloc-oob": r"invalid-access in fire_access",
}
WRITES = {"kasan-oob-write": GENERIC["kasan-oob-write"]}
FREES = {kind: GENERIC[kind] for kind in ("kasan-double-free", "kasan-invalid-free")}
ASYNCHRONOUS = r"invalid-access\nAsynchronous fault: no details available\n"

UBSAN = {
    "ubsan-bounds": r"UBSAN: array-index-out-of-bounds in \S*fire.c:",
    "ubsan-shift": r"UBSAN: shift-out-of-bounds in \S*fire.c:",
}
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


class Sanitizer(ModuleTest):
    ends_lockdep = True

    def check(self, kind, tool, headline, event, context="task"):
        log = self.enter(KernelLog())
        listener = self.enter(Listener())
        guest.fire(kind, context)
        [got] = listener.take(1)
        self.assertEqual(listener.finish(), [])
        self.assertEqual((got["tool"], got["flags"]), (tool, [] if event else ["no_event"]))
        self.assertEqual(got["context"], guest.CONTEXTS[context])
        self.assertEqual([got["text"]], reports(log.texts()))
        self.assertRegex(got["text"], "^" + headline)


class Kasan(Sanitizer):
    """Its tests are those of the kernel's kind of KASAN."""


class Ubsan(Sanitizer):
    def setUp(self):
        """UBSAN reports a place once."""
        super().setUp()
        guest.run("rmmod", guest.TRIGGER)
        guest.load_trigger()


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


def add_kasan(kind, headline, title, event=True):
    for context in (context for context in guest.contexts() if context not in guest.LOCKED):
        # These free and allocate in the context itself.
        if context == "nmi" and kind in FREES:
            continue

        def test(self, context=context):
            self.check(kind, "kasan", "BUG: KASAN: " + headline, event, context)

        setattr(Kasan, f"test_{kind}_in_{context}_{title}", test)


def add_generic():
    for kind, headline in GENERIC.items():
        add_kasan(kind, headline, "is_one_true_line", kind not in WITHOUT_EVENT)


def add_tags(mode):
    """What is freed KASAN compares itself; what is accessed the CPU checks, in its mode."""
    asynchronous = {"sync": {}, "async": READS | WRITES, "asymm": WRITES}[mode]
    for kind, headline in (READS | WRITES | FREES).items():
        if kind in asynchronous:
            add_kasan(kind, ASYNCHRONOUS, f"of_mode_{mode}_is_told_without_event", event=False)
        else:
            add_kasan(kind, headline, f"of_mode_{mode}_is_one_true_line")


def add_ubsan(kind, headline):
    def test(self):
        self.check(kind, "ubsan", headline, event=False)

    setattr(Ubsan, f"test_{kind}_is_told_without_event", test)


if guest.tag_mode():
    add_tags(guest.tag_mode())
elif guest.is_sanitized():
    add_generic()
if not guest.is_sanitized() or guest.tag_mode():
    # They are about the instrumented kernel, which has the start event, too.
    del Kernel
if not KMEMLEAK.exists():
    del Leaks
for known in (known for known in UBSAN if known in guest.kinds()):
    add_ubsan(known, UBSAN[known])
