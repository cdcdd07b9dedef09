# SPDX-License-Identifier: MIT
"""The module loads with what it needs, or says what is wrong."""

import pathlib
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
