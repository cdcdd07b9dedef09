# SPDX-License-Identifier: MIT
"""The kernel's log as /dev/kmsg has it, and the reports in it."""

import os
import re

RULE = "=" * 66
CUT_HERE = "------------[ cut here ]------------"
END_TRACE = "---[ end trace "

_ESCAPE = re.compile(rb"\\x([0-9a-f]{2})")

# No test makes the kernel say so.
ALARMS = (
    "Oops",
    "BUG: ",
    "INFO: ",
    "WARNING: ",
    "UBSAN: ",
    "scheduling while atomic",
    "sleeping function called",
    "bad: ",
    "Kernel panic",
    "refcount_t:",
    "list_add corruption",
    "list_del corruption",
)

# With which the text of a WARN in a task ends, on x86 and on arm64; lockdep adds its own.
END_OF_WARN = re.compile(r"\n (?:</TASK>|el0t_64_sync\+\S+)(\nirq event stamp: \d+(\n(soft|hard)irqs last .*){4})?\Z")

# Where a report names who printed it: in the WARN's line, also as 7.x has it, and above the stack.
_PRINTER = re.compile(
    r"CPU: (\d+) (?:UID: \d+ )?PID: (\d+) |, CPU#(\d+): .*/(\d+)$", re.MULTILINE
)

# 6.1 finds fault with its own trace event when it fires in an NMI.
OWN_WARN_IN_NMI = re.compile(r"WARNING: .* at include/trace/events/printk\.h:")

# What the kernel says once a boot, and no test caused: an emulated CPU waited for its host.
_OF_THE_MACHINE = re.compile(r"hrtimer: interrupt took \d+ ns")

# The reports of the trigger module.
_EXPECTED = re.compile(
    r"WARNING: .* \[error_report_trigger\]"
    r"|BUG: (KFENCE|KASAN): .* in fire_"
    # Of hardware tags that are checked asynchronously; it names nobody.
    r"|BUG: KASAN: invalid-access$"
    r"|(WARNING|BUG):.* (staged|forged)"
    r"|UBSAN: .* in (\S*fire\.c|lib/here\.c):"
    # Emulation is slow, and who prints a report in an NMI takes long.
    r"|INFO: NMI handler .* took too long"
)


class LogOverrun(AssertionError):
    """Records were overwritten before they were read; the next are those that are left."""


class KernelLog:
    """The records that come from now on."""

    def __init__(self):
        self._fd = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)
        os.lseek(self._fd, 0, os.SEEK_END)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self._fd)

    def texts(self):
        """Of the records since the last call, without what the machine is the cause of.

        A line that is printed in pieces is one record, or more if another CPU's came between.
        """
        texts = []
        while True:
            try:
                text = _text(os.read(self._fd, 8192))
                if not _OF_THE_MACHINE.fullmatch(text):
                    texts.append(text)
            except BlockingIOError:
                return texts
            except BrokenPipeError:
                raise LogOverrun(
                    "the kernel's log overran: boot with the log_buf_len of vm-options"
                ) from None


def _text(data):
    text = data.split(b"\n", 1)[0].split(b";", 1)[1]
    return _ESCAPE.sub(lambda escape: bytes([int(escape[1], 16)]), text).decode(errors="replace")


def is_separator(text):
    return text in (RULE, CUT_HERE) or text.startswith(END_TRACE)


def reports(texts):
    """The text of each report, where nothing else was printed meanwhile."""
    found, lines, opened_by = [], None, None
    for text in texts:
        if text == CUT_HERE or (text == RULE and opened_by != RULE):
            lines, opened_by = [], text
        elif is_separator(text):
            found.append("\n".join(lines))
            lines, opened_by = None, None
        elif lines is not None:
            lines.append(text)
    return found


def printers(text):
    """(CPU, PID) wherever a report names them, in the order of its lines."""
    return [
        (int(found[1] or found[3]), int(found[2] or found[4])) for found in _PRINTER.finditer(text)
    ]


def alarms(texts):
    """What no test is to cause."""
    return [
        text
        for text in texts
        if any(alarm in text for alarm in ALARMS)
        and not _EXPECTED.search(text)
        and not OWN_WARN_IN_NMI.search(text)
    ]
