# SPDX-License-Identifier: MIT
"""What the options of error-report listen make of its lines, in each format, as the program writes
them: tests/unit has the formats alone."""

import json
import os
import pty
import subprocess
import time
import unittest

import json_line
import replay

REPORTS = 20
# Beyond what one line holds at the least limit.
LONG_TEXT = 10_000
LEAST_MAX_LINE = 4096
WRONG_USAGE = 2
FORMATS = ("json", "ecs", "otel")
RED = b"\x1b[1;31m"


def otel_record(line):
    """Its only log record, with its attributes as a dictionary."""
    [resource] = line["resourceLogs"]
    [scope] = resource["scopeLogs"]
    [record] = scope["logRecords"]
    return record | {"attributes": {one["key"]: one["value"] for one in record["attributes"]}}


class Stopped(unittest.TestCase):
    def test_ends_soon_while_nobody_reads(self):
        with replay.recording(2 * REPORTS, LONG_TEXT) as file:
            with subprocess.Popen(replay.command(file), stdout=subprocess.PIPE) as process:
                process.stdout.read(1)
                time.sleep(1)  # until pipe and queue are full
                process.terminate()
                # What its outputs have for the last lines, and some.
                self.assertEqual(process.wait(timeout=20), 1)


class Formats(unittest.TestCase):
    def listen(self, *arguments, text_bytes=0):
        """The lines of each format, all of one run."""
        with replay.recording(REPORTS, text_bytes) as file:
            files = {name: file.with_name(name) for name in FORMATS}
            outputs = [f"--output={name}@file:{path}" for name, path in files.items()]
            done = subprocess.run(
                replay.command(file, *outputs, *arguments), capture_output=True, text=True, check=False
            )
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
            return {name: path.read_bytes().splitlines(True) for name, path in files.items()}

    def objects(self, lines):
        """The same, taken apart; JSON's as the schema says."""
        return {
            "json": [json_line.parse(line) for line in lines["json"]],
            "ecs": [json.loads(line) for line in lines["ecs"]],
            "otel": [otel_record(json.loads(line)) for line in lines["otel"]],
        }

    def reports(self, lines):
        """Those of them that are reports: each format's, side by side."""
        found = self.objects(lines)
        sides = list(zip(*(found[name] for name in FORMATS), strict=True))
        return [side for side in sides if side[0]["event"] == "report"]

    def test_ecs_and_otel_say_the_same_as_json(self):
        lines = self.listen()
        events = [event["event"] for event in self.objects(lines)["json"]]
        self.assertEqual(events, ["start", *["report"] * REPORTS, "stop"])
        for ours, ecs, otel in zip(*(self.objects(lines)[name] for name in FORMATS), strict=True):
            kind = f"error_report.{ours['event']}"
            self.assertEqual((ecs["event"]["dataset"], otel["eventName"]), (kind, kind))
            self.assertEqual(ecs["event"]["module"], "error_report")
        for ours, ecs, otel in self.reports(lines):
            attributes = otel["attributes"]
            self.assertEqual(ecs["@timestamp"], ours["time"])
            self.assertEqual(ecs["event"]["id"], f"{ours['instance']}:{ours['seq']}")
            self.assertEqual(attributes["error_report.seq"], {"intValue": str(ours["seq"])})
            self.assertEqual((ecs["message"], otel["body"]["stringValue"]), (ours["title"],) * 2)
            self.assertEqual(ecs["error"]["stack_trace"], ours["text"])
            self.assertEqual(attributes["exception.stacktrace"], {"stringValue": ours["text"]})

    def test_no_text_leaves_the_text_out_of_each_and_nothing_else(self):
        whole = self.reports(self.listen())
        for with_text, without in zip(whole, self.reports(self.listen("--no-text")), strict=True):
            ours, ecs, otel = with_text
            del ours["text"], ecs["error"]["stack_trace"]
            del otel["attributes"]["exception.stacktrace"]
            self.assertEqual(list(without), [ours, ecs, otel])

    def test_max_line_holds_in_each(self):
        lines = self.listen("--max-line", str(LEAST_MAX_LINE), text_bytes=LONG_TEXT)
        for name in FORMATS:
            longest = max(map(len, lines[name]))
            self.assertLessEqual(longest, LEAST_MAX_LINE, name)
            # And what there is room for is used.
            self.assertGreater(longest, LEAST_MAX_LINE - 200, name)
        for ours, ecs, otel in self.reports(lines):
            flags = otel["attributes"]["error_report.flags"]["arrayValue"]["values"]
            self.assertIn("line_limit", ours["flags"])
            self.assertIn("line_limit", ecs["error_report"]["flags"])
            self.assertIn({"stringValue": "line_limit"}, flags)
            self.assertEqual(ours["text_bytes"], LONG_TEXT)

    def test_without_a_limit_the_text_is_whole(self):
        for ours, ecs, _ in self.reports(self.listen("--max-line", "0", text_bytes=LONG_TEXT)):
            self.assertEqual((len(ours["text"]), ours["flags"]), (LONG_TEXT, []))
            self.assertEqual(ecs["error"]["stack_trace"], ours["text"])

    def test_limit_below_the_least_is_refused(self):
        done = subprocess.run(
            replay.command("/dev/null", "--max-line", str(LEAST_MAX_LINE - 1)),
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual((done.returncode, done.stdout), (WRONG_USAGE, ""))
        self.assertIn(f"at least {LEAST_MAX_LINE}", done.stderr)


class Colour(unittest.TestCase):
    def on_terminal(self, **environment):
        """What a terminal gets of the text, and nobody else."""
        ours, theirs = pty.openpty()
        written = b""
        with replay.recording(REPORTS) as file, open(ours, "rb", buffering=0) as terminal:
            plain = file.with_name("text")
            with subprocess.Popen(
                replay.command(file, "--output=text@stdout", f"--output=text@file:{plain}"),
                stdout=theirs,
                env={**os.environ, "NO_COLOR": "", **environment},
            ) as listener:
                os.close(theirs)
                while chunk := self.read(terminal):
                    written += chunk
            self.assertEqual(listener.returncode, 0)
            self.assertNotIn(b"\x1b", plain.read_bytes())
        return written

    @staticmethod
    def read(terminal):
        try:
            return terminal.read(4096)
        except OSError:  # its other side is closed
            return b""

    def test_terminal_has_colour_and_a_file_beside_it_has_none(self):
        self.assertEqual(self.on_terminal().count(RED), REPORTS)

    def test_terminal_has_none_for_whoever_wants_none(self):
        written = self.on_terminal(NO_COLOR="1")
        self.assertIn(b"use-after-free", written)
        self.assertNotIn(b"\x1b", written)

    def test_pipe_has_none(self):
        with replay.recording(REPORTS) as file:
            written = subprocess.run(
                replay.command(file, "--output=text@stdout"),
                stdout=subprocess.PIPE,
                env={**os.environ, "NO_COLOR": ""},
                check=True,
            ).stdout
        self.assertIn(b"use-after-free", written)
        self.assertNotIn(b"\x1b", written)


if __name__ == "__main__":
    unittest.main()
