# SPDX-License-Identifier: MIT
"""A line of error-report as an object, once it is as docs/schema says."""

import functools
import json
import multiprocessing
import pathlib

import fastjsonschema

SCHEMA = pathlib.Path(__file__).resolve().parents[2] / "docs/schema/error-report-1.schema.json"


@functools.cache
def _checks():
    """Event → what raises if a line of it is wrong. Without the rules of the other events, which
    take ten times as long, because storms have a hundred thousand lines."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    rules = schema.pop("allOf")
    return {
        rule["if"]["properties"]["event"]["const"]: fastjsonschema.compile(
            schema | {"allOf": [rule["then"]]}
        )
        for rule in rules
    }


def check(event):
    """AssertionError if it is not as the schema says, or of an event that is not in it."""
    rule = _checks().get(str(event.get("event")))
    if not rule:
        raise AssertionError(f"the schema knows no such event: {event}")
    try:
        rule(event)
    except fastjsonschema.JsonSchemaException as wrong:
        raise AssertionError(f"against the schema: {wrong.message}: {event}") from wrong


def parse(line):
    """ValueError if it is no JSON."""
    event = json.loads(line)
    check(event)
    return event


def parse_all(text):
    """Of an output, or of a file up to the line that is being written."""
    return [parse(line) for line in text.split("\n")[:-1]]


def parse_very_many(lines):
    """On all CPUs, because emulated ones are slow."""
    _checks()  # or each process compiles them
    with multiprocessing.Pool() as pool:
        yield from pool.imap(parse, lines, chunksize=256)
