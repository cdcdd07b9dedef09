# SPDX-License-Identifier: MIT
"""Reports that the trigger module stages: what it is to print and fire, and what a subscriber
is to hear of it. See tests/kernel/stage.c for the steps."""

import dataclasses
import itertools

from kernel_log import CUT_HERE, RULE

FOOTER = "---[ end trace 0000000000000000 ]---"

_ids = itertools.count(0xE000_0001)


@dataclasses.dataclass
class Staged:
    """One report; what it has around its lines are the module's marks and its event."""

    tool: str
    lines: list
    opening: str
    closing: list
    id: int = dataclasses.field(default_factory=lambda: next(_ids))

    @property
    def text(self):
        return "\n".join(self.lines)

    @property
    def begin(self):
        return [f"print {self.opening}", *(f"print {line}" for line in self.lines[:1])]

    @property
    def body(self):
        return [f"print {line}" for line in self.lines[1:]]

    @property
    def end(self):
        return [step.format(id=self.id) for step in self.closing]

    @property
    def steps(self):
        return self.begin + self.body + self.end


def lines_of(headline, name, count=4):
    return [headline, *(f"line {number} of {name}" for number in range(2, count + 1))]


def warning(name, count=4):
    """As WARN does: the event follows the footer."""
    lines = lines_of(f"WARNING: staged: {name}", name, count)
    return Staged("warning", lines, CUT_HERE, [f"print {FOOTER}", "end warning {id}"])


def kasan(name, count=4):
    """As KASAN and KFENCE do: the event comes before the closing rule."""
    lines = lines_of(f"BUG: KASAN: staged in {name}", name, count)
    return Staged("kasan", lines, RULE, ["end kasan {id}", f"print {RULE}"])


def kasan_async(name, count=4):
    """As asynchronous KASAN does: a closing rule and no event."""
    lines = lines_of(f"BUG: KASAN: invalid-access in staged {name}", name, count)
    return Staged("kasan", lines, RULE, [f"print {RULE}"])


def bug(name, count=4):
    """As BUG() does: a footer and no event."""
    lines = lines_of(f"kernel BUG at {name}!", name, count)
    return Staged("bug", lines, CUT_HERE, [f"print {FOOTER}"])


def ubsan(name, count=4):
    """As UBSAN does since it prints "cut here": a footer and no event."""
    lines = lines_of(f"UBSAN: shift-out-of-bounds in {name}", name, count)
    return Staged("ubsan", lines, CUT_HERE, [f"print {FOOTER}"])
