# SPDX-License-Identifier: MIT
"""The module loads with what it needs, or says what is wrong."""

import mmap
import pathlib
import re
import tempfile

import guest
from case import UnloadedTest
from kernel_log import KernelLog

# name, value that is refused, the range that the log names
BAD_PARAMETERS = (
    ("slots", 1025, "1 to 1024"),
    ("slot_size", 1023, "1024 to 65530"),
    ("slot_size", 65531, "1024 to 65530"),
    ("ring_size", 262143, "262144 to 1073741824"),
    ("ring_size", 1073741825, "262144 to 1073741824"),
    ("silence_ms", 99, "100 to 3600000"),
    ("silence_ms", 3600001, "100 to 3600000"),
)


# What modinfo says of each parameter: its range, and its default.
DESCRIBED = {
    "slots": ("1 to 1024", "0, which stands for 2 a CPU and 8, 64 at the most"),
    "slot_size": ("1024 to 65530", "32768"),
    "ring_size": ("262144 to 1073741824", "4194304"),
    "silence_ms": ("100 to 3600000", "10000"),
    "use_start_event": ("", "yes"),
}

# name, value that the kernel itself does not take for a number of that type
NO_NUMBERS = (
    ("slots", "many"),
    ("slots", "-1"),
    ("slot_size", "4294967296"),
    ("ring_size", "4M"),
    ("silence_ms", "1.5"),
    ("use_start_event", "perhaps"),
)

# To whole ones of these the two large pieces are rounded up.
HUGE_PAGE = 2 << 20

# The addresses may be hashed, all alike. What was freed is listed until it is purged.
VMALLOC = re.compile(r"^(0x\w+-0x\w+)\s+(\d+) (?!unpurged)(\S*)", re.MULTILINE)


def vmalloc_areas():
    """(addresses, bytes without the guard page, who asked for it: only loaded code has a name)
    of each piece of the kernel's memory for large ones."""
    found = VMALLOC.findall(pathlib.Path("/proc/vmallocinfo").read_text())
    return [(addresses, int(size) - mmap.PAGESIZE, caller) for addresses, size, caller in found]


class Load(UnloadedTest):
    def assert_refused(self, sentence, **how):
        log = self.enter(KernelLog())
        with self.assertRaises(guest.CommandFailed):
            guest.insmod(**how)
        ours = [text for text in log.texts() if text.startswith(f"{guest.MODULE}: ")]
        self.assertIn(f"{guest.MODULE}: {sentence}", ours)
        self.assertFalse(guest.is_loaded())

    def test_modprobe_loads_it_with_parameters(self):
        guest.run("modprobe", guest.MODULE, "slots=3", "silence_ms=500")
        self.assertEqual(guest.parameters()["slots"], "3")
        self.assertEqual(guest.parameters()["silence_ms"], "500")

    def test_ring_size_is_rounded_up_to_a_power_of_two(self):
        self.enter(guest.module(ring_size=262145))
        self.assertEqual(guest.parameters()["ring_size"], "524288")

    def test_parameter_out_of_range_is_refused_with_a_line_in_the_log(self):
        for name, value, limits in BAD_PARAMETERS:
            with self.subTest(**{name: value}):
                self.assert_refused(
                    f"parameter {name}={value} is out of range, it takes {limits}", **{name: value}
                )

    def test_parameter_that_is_no_number_is_refused_with_a_line_in_the_log(self):
        for name, value in NO_NUMBERS:
            with self.subTest(**{name: value}):
                log = self.enter(KernelLog())
                with self.assertRaises(guest.CommandFailed):
                    guest.insmod(**{name: value})
                self.assertRegex(
                    "\n".join(log.texts()),
                    rf"{guest.MODULE}: .{re.escape(value)}. (invalid for parameter|too large).*{name}",
                )
                self.assertFalse(guest.is_loaded())

    def test_modinfo_describes_each_parameter_with_its_range_and_default(self):
        with guest.module():
            names = set(guest.parameters())
        self.assertEqual(names, set(DESCRIBED))
        described = guest.run("modinfo", "-p", guest.MODULE)
        for name, (limits, default) in DESCRIBED.items():
            [line] = [line for line in described.splitlines() if line.startswith(f"{name}:")]
            self.assertIn(limits, line)
            self.assertIn(f"(default: {default})", line)

    def test_memory_is_what_docs_kernel_md_says(self):
        # More than 4 MiB in one piece is not taken from the slab, so it can be counted.
        for slots, slot_size, ring_size in ((256, 65530, 8 << 20), (128, 40000, 16 << 20)):
            with self.subTest(slots=slots, slot_size=slot_size, ring_size=ring_size):
                stated = slots * slot_size + 64 * 512 + (slots + 64) * 160 + ring_size
                with guest.module(slots=slots, slot_size=slot_size, ring_size=ring_size):
                    areas = [
                        area for area in vmalloc_areas() if area[2].startswith("ern_deliver_init+")
                    ]
                used = sum(size for _, size, _ in areas)
                self.assertGreater(used, 0.99 * stated)
                self.assertLess(used, 1.01 * stated + 2 * HUGE_PAGE)
                left = {addresses for addresses, _, _ in vmalloc_areas()}
                self.assertEqual([area for area in areas if area[0] in left], [])

    def test_missing_trace_event_is_refused_with_a_line_in_the_log(self):
        for event in ("error_report_end", "console"):
            with self.subTest(event=event), tempfile.TemporaryDirectory() as folder:
                absent = event[:-1] + "X"
                file = pathlib.Path(folder, guest.module_file().name)
                file.write_bytes(renamed(guest.module_file().read_bytes(), event, absent))
                self.assert_refused(
                    f'this kernel has no trace event "{absent}" '
                    "(Linux 6.1 or newer with CONFIG_TRACEPOINTS is needed)",
                    file=file,
                )

    def test_it_loads_after_a_refusal(self):
        with self.assertRaises(guest.CommandFailed):
            guest.insmod(slots=1025)
        with guest.module():
            self.assertEqual(guest.report_count(), 0)


def renamed(module, event, absent):
    """The module as if it looked for another event."""
    before, after = (b"\0" + name.encode() + b"\0" for name in (event, absent))
    if before not in module:
        raise AssertionError(f"the module does not hold the string {event}")
    return module.replace(before, after)
