#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Usage: check_schema.py SCHEMA PROGRAM

Holds that every line that PROGRAM prints is as SCHEMA says, that the schema knows every
field of them, and that it is strict: a line fails without a field that is promised,
and with a value of another type in any field. The quicker check that the tests in a
guest make of every line has to come to the same verdicts.
"""

import json
import pathlib
import subprocess
import sys

import json_line
import jsonschema

# An event that is always there but for these has all of its fields.
OPTIONAL = {
    "report": {
        # What --source sysfs does not tell, and --no-text leaves out
        *("id", "text", "boottime_us", "cpu", "pid", "comm", "context", "text_bytes"),
        # What the text does not tell
        *("title", "fingerprint", "report"),
    },
    # A log tells less than the module.
    "found": {"kernel", "cpu", "pid", "comm", "report", "text"},
    "stop": {"report_count"},
    "status": {"oldest_seq", "newest_seq"},
}


def passes_in_guests(line):
    try:
        json_line.check(line)
        return True
    except AssertionError:
        return False


def errors(validator, line):
    found = [error.message for error in validator.iter_errors(line)]
    if passes_in_guests(line) == bool(found):
        raise AssertionError(f"tests/vm/json_line.py is wrong about {line}: {found}")
    return found


def known_fields(schema, event):
    return set(schema["properties"]) | set(schema["$defs"][event].get("properties", {}))


def strictness(validator, line):
    """Sentences: what of the line could be spoilt without the schema minding."""
    event = "found" if "source" in line else line["event"]
    for field in line:
        without = {key: value for key, value in line.items() if key != field}
        if not errors(validator, without) and field not in OPTIONAL.get(event, ()):
            yield f"event {event} passes without {field}"
        for wrong in ({}, -1):
            if not errors(validator, line | {field: wrong}):
                yield f"event {event} passes with {field}: {json.dumps(wrong)}"


def complaints(schema, lines):
    validator = jsonschema.Draft202012Validator(schema)
    seen = set()
    for line in lines:
        seen.add(line["event"])
        for message in errors(validator, line):
            yield f"event {line['event']}: {message}"
        for field in set(line) - known_fields(schema, line["event"]):
            yield f"event {line['event']}: the schema does not know {field}"
        yield from strictness(validator, line)
        if errors(validator, line | {"field_of_the_future": None}):
            yield f"event {line['event']} may have no new field"
    for rule in schema["allOf"]:
        event = rule["if"]["properties"]["event"]["const"]
        if event not in seen:
            yield f"there is no line of event {event}"


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    schema = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    output = subprocess.run(sys.argv[2], check=True, capture_output=True).stdout
    found = list(complaints(schema, map(json.loads, output.splitlines())))
    for sentence in found:
        print(sentence, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
