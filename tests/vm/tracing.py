# SPDX-License-Identifier: MIT
"""What the kernel's own tracing records of the event that ends a report: who fired it, where,
with which id. It knows nothing of the module, so the two can be compared."""

import collections
import pathlib
import re

_TRACING = pathlib.Path("/sys/kernel/tracing")
_ENABLE = _TRACING / "events/error_report/error_report_end/enable"
_TRACE = _TRACING / "trace"
_LINE = re.compile(
    r"^ *(?P<comm>.*)-(?P<pid>\d+) +\[(?P<cpu>\d+)\] +(?P<flags>\S+) +[\d.]+:"
    r" error_report_end: \[(?P<tool>\w+)\] (?P<id>[0-9a-f]+)$",
    re.MULTILINE,
)

# The third flag: H is a hard interrupt that came into a softirq.
_CONTEXTS = {".": "task", "s": "softirq", "h": "hardirq", "H": "hardirq", "z": "nmi", "Z": "nmi"}

EndEvent = collections.namedtuple("EndEvent", "tool id pid comm cpu context")


class EndEvents:
    """Those from now on, as long as this lasts."""

    def __enter__(self):
        _TRACE.write_text("")
        _ENABLE.write_text("1")
        return self

    def __exit__(self, *_):
        _ENABLE.write_text("0")

    def take(self):
        return [
            EndEvent(
                line["tool"],
                int(line["id"], 16),
                int(line["pid"]),
                line["comm"],
                int(line["cpu"]),
                _CONTEXTS[line["flags"][2]],
            )
            for line in _LINE.finditer(_TRACE.read_text(errors="replace"))
        ]
