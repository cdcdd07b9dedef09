# SPDX-License-Identifier: MIT
"""The spec, as the kernel tree's own YNL client takes it."""

import json
import subprocess
import tempfile
import time

import genl
import guest
from case import ModuleTest

CLI = guest.PROJECT / "build/kernel-tools/tools/net/ynl/cli.py"
SPEC = guest.PROJECT / "uapi/specs/error_report.yaml"
COMMAND = ("/usr/bin/python3", "-B", str(CLI), "--no-schema", "--output-json",
           "--spec", str(SPEC))  # fmt: skip


def ynl(*arguments):
    """What it prints."""
    return json.loads(guest.run(*COMMAND, *arguments))


def fire():
    """Its number."""
    last = guest.report_count() + 1
    guest.fire("warn-msg")
    guest.wait_until(lambda: guest.report_count() == last, f"report {last}")
    return last


class Ynl(ModuleTest):
    def test_status_is_what_we_read_ourselves(self):
        fire()
        said = ynl("--do", "status-get")
        with genl.Socket() as socket:
            expected = socket.status()
        for name in ("ended", "published", "slots"):
            self.assertEqual(said[name], expected[name.upper()], name)
        self.assertEqual(int(said["instance"], 16), expected["INSTANCE"])

    def test_do_has_the_report_of_its_number(self):
        seq = fire()
        said = ynl("--do", "report-get", "--json", json.dumps({"seq": seq}))
        with genl.Socket() as socket:
            expected = socket.report(seq)
        self.assertEqual(said["seq"], seq)
        self.assertEqual(said["tool"], "warning")
        self.assertEqual(said["context"], "task")
        self.assertEqual(said["text"].encode(), expected["TEXT"])

    def test_dump_has_all_from_a_number_on(self):
        first = fire()
        fire()
        said = ynl("--dump", "report-get", "--json", json.dumps({"seq": first}))
        self.assertEqual([report["seq"] for report in said], [first, first + 1])

    def test_subscriber_gets_what_ends_meanwhile(self):
        command = (*COMMAND, "--subscribe", "reports", "--sleep", "10")
        fired = set()
        with tempfile.TemporaryFile() as output:
            with subprocess.Popen(command, stdout=output) as client:
                while client.poll() is None:
                    fired.add(fire())
                    time.sleep(1)
            output.seek(0)
            messages = json.load(output)
        self.assertTrue(messages)
        self.assertLessEqual({message["msg"]["seq"] for message in messages}, fired)
        self.assertEqual({message["name"] for message in messages}, {"report-ntf"})
