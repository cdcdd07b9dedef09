# SPDX-License-Identifier: MIT
"""What a line of error-report is to look like where a shipper stored it."""

import json
import re


def exact(line):
    return line


def _compact(value, ascii_only=False):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=ascii_only)


def _scalar(value):
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def without_types(value):
    """JSON as syslog-ng 3.38 knows it: strings and objects."""
    if isinstance(value, dict):
        return {name: without_types(inner) for name, inner in value.items()}
    if not isinstance(value, list):
        return _scalar(value)
    if all(isinstance(inner, str) for inner in value):
        return ",".join(value)
    return _compact(value)


# Of docs/json.md.
_REPORT = "a8e3ee5eb1d74aa389b3ab934bce527c"
_STREAM = "800d39c2c63049f1befa5d5b7060df5a"


def _printable(text):
    """Of the characters that would change a terminal, those that the tests print."""
    return re.sub("[\0-\x1f]", lambda c: f"\\x{ord(c[0]):02x}", text).replace("\u2028", "\\u2028")


def of_journal_alone(line):
    """What only the journal has of a line, of the events that are here."""
    event = line["event"]
    if event == "report":
        first = line["text"].split("\n")[0]
        message, message_id = f"{line['tool']}: {_printable(first)}", _REPORT
        priority = "4" if line["tool"] == "warning" else "3"
    else:
        message_id, priority = _STREAM, "6"
        if event == "start":
            message = (
                f"listening from report {line['from']} on; "
                f"the kernel has counted {line['report_count']}"
            )
        else:
            message = (
                f"stopped after report {line['to']}: {line['reason']}; "
                f"reports written: {line['reports']}"
            )
    return {"MESSAGE": message, "MESSAGE_ID": message_id, "PRIORITY": priority}


def in_journal(line):
    """As journalctl shows its fields: a list is a field that occurs more than once."""
    entry = of_journal_alone(line)
    for name, value in line.items():
        values = value if isinstance(value, list) else [value]
        texts = [_compact(v, ascii_only=True) if isinstance(v, (dict, list)) else _scalar(v) for v in values]
        if texts:
            entry["ERROR_REPORT_" + name.upper()] = texts[0] if len(texts) == 1 else texts
    return entry


def without_write_time(line):
    """Each output says of an event that is no report when it wrote it."""
    event = line.get("event", line.get("ERROR_REPORT_EVENT"))
    time = () if event == "report" else ("time", "ERROR_REPORT_TIME")
    return {name: value for name, value in line.items() if name not in time}
