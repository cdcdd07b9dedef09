# SPDX-License-Identifier: MIT
"""What error-report makes of real reports: counted, recovered, redacted, found in the log."""

import json
import re
import subprocess
import tempfile

import guest
import json_line
from case import ModuleTest, UnloadedTest
from follow import Service
from tool import TOOL, Listener

KINDS = ("warn", "warn-msg")


def reports(events):
    return [event for event in events if event["event"] == "report"]


def of_task(events, comm):
    return [event for event in reports(events) if event.get("comm") == comm]


class Recover(UnloadedTest):
    reads_whole_log = True

    def setUp(self):
        super().setUp()
        self.folder = self.enter(tempfile.TemporaryDirectory(dir="/run"))

    def listen(self):
        """The lines of one more run, which goes on where the one before ended."""
        service = self.enter(Service(self.folder, "--recover"))
        before = len(service.text().splitlines())
        service.start().end()
        return [json_line.parse(line) for line in service.text().splitlines()[before:]]

    def test_what_the_log_has_from_before_the_module_comes_once(self):
        guest.fire("warn", count=2, comm=b"before")
        with guest.module():
            guest.fire("warn", count=3, comm=b"behind")
            first = self.listen()
            second = self.listen()
        recovered = of_task(first, "before")
        self.assertEqual(len(recovered), 2)
        for event in recovered:
            self.assertEqual(event["flags"], ["recovered"])
            self.assertEqual(event["instance"], "0x" + "0" * 16)
            self.assertEqual(event["title"], "WARNING in fire_warn")
        live = of_task(first, "behind")
        self.assertEqual([event["flags"] for event in live], [[]] * 3)
        self.assertEqual({event["fingerprint"] for event in recovered + live}, {live[0]["fingerprint"]})
        self.assertEqual(reports(second), [])

    def test_what_an_earlier_instance_delivered_does_not_come_again(self):
        with guest.module():
            guest.fire("warn", comm=b"delivered")
        guest.fire("warn", comm=b"between")
        with guest.module():
            found = self.listen()
        self.assertEqual(of_task(found, "delivered"), [])
        self.assertEqual(len(of_task(found, "between")), 1)


class Storm(ModuleTest):
    def test_repeats_become_counted_lines_and_nothing_is_missing(self):
        with Listener("--dedup", "1h") as listener:
            for kind in KINDS:
                guest.fire(kind, count=10)
            guest.fire("warn", count=10)
            events = listener.finish()
        self.assertEqual(len(reports(events)), len(KINDS))
        accounted = [event["seq"] for event in reports(events)]
        for event in events:
            if event["event"] == "suppressed":
                seqs = [
                    seq for one in event["seqs"] for seq in range(one["from"], one["to"] + 1)
                ]
                self.assertEqual(len(seqs), event["count"])
                accounted += seqs
        first, last = listener.start["from"], listener.stop["to"]
        self.assertEqual(sorted(accounted), list(range(first, last + 1)))
        self.assertEqual(last - first + 1, 30)


class Redact(ModuleTest):
    def test_nothing_tells_of_the_task_or_of_an_address(self):
        with Listener("--redact") as listener:
            guest.fire("warn", comm=b"secret task")
            [event] = reports(listener.finish())
        self.assertEqual(event["title"], "WARNING in fire_warn")
        self.assertNotIn("id", event)
        del event["instance"]  # a number of the module's own
        line = json.dumps(event)
        self.assertNotIn("secret", line)
        # A fingerprint is a hash of words. No word boundary: an address may stand behind 0x.
        self.assertEqual(re.findall(r"(?<!\"1:)[0-9a-f]{16}", line), [])


class Log(ModuleTest):
    def test_the_log_tells_the_same_as_the_module(self):
        guest.run("dmesg", "--clear")
        with Listener() as listener:
            for kind in KINDS:
                guest.fire(kind, comm=b"both")
            live = of_task(listener.finish(), "both")
        done = subprocess.run(
            [TOOL, "parse", "/dev/stdin"],
            input=guest.run("dmesg").encode(),
            capture_output=True,
            check=True,
        )
        found = of_task(map(json.loads, done.stdout.splitlines()), "both")
        for key in ("title", "fingerprint", "report", "text"):
            self.assertEqual([event[key] for event in found], [event[key] for event in live])
