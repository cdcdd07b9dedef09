# SPDX-License-Identifier: MIT
"""The protocol's constants, read from the uAPI header so that nothing is repeated.

Names lose their ERROR_REPORT_: uapi.CMD_STATUS_GET. ATTRIBUTES has, for the
prefixes "A_", "A_LOST_" and "A_STATUS_", what each number is called and what type
its comment gives it.
"""

import collections
import pathlib
import re

HEADER = pathlib.Path(__file__).resolve().parents[2] / "uapi/linux/error_report.h"

Attribute = collections.namedtuple("Attribute", "number name type")

_PREFIX = "ERROR_REPORT_"
_TYPE = re.compile(r"/\* (u32|u64|string)\b")
_MEMBER = re.compile(r"^\s+(\w+)(?: = (\d+|\(__\w+ - 1\)))?,?(.*)$", re.MULTILINE)
_LAST = re.compile(r"__ERROR_REPORT_(\w+_)MAX,")


def _members(body):
    """(name, value, type or None) of an enum's members."""
    value = -1
    for name, number, comment in _MEMBER.findall(body):
        # *_MAX is one less than the __*_MAX in front of it.
        value += 1 if not number else -1 if "MAX" in number else int(number) - value
        kind = _TYPE.search(comment)
        if name.startswith(_PREFIX):
            yield name[len(_PREFIX) :], value, kind and kind[1]


def _read():
    header = HEADER.read_text()
    constants = {
        name: value.strip('"') if value.startswith('"') else int(value)
        for name, value in re.findall(rf"^#define {_PREFIX}(\w+)\s+(\S+)$", header, re.MULTILINE)
    }
    attributes = {}
    for body in re.findall(r"^enum \w* ?\{\n(.*?)^\};", header, re.MULTILINE | re.DOTALL):
        members = list(_members(body))
        constants |= {name: value for name, value, _ in members}
        last = _LAST.search(body)
        if last and last[1].startswith("A_"):
            attributes[last[1]] = [
                Attribute(value, name[len(last[1]) :], kind)
                for name, value, kind in members
                if not name.endswith("_MAX")
            ]
    return constants, attributes


_constants, ATTRIBUTES = _read()
globals().update(_constants)
