# SPDX-License-Identifier: MIT
"""The journal's catalog explains what error-report writes."""

import pathlib
import re
import subprocess
import tempfile
import unittest

import offered

CATALOG = offered.PROJECT / "packaging/catalog/error-report.catalog"
MESSAGE_IDS = offered.PROJECT / "userspace/encode/message_id.h"


class Catalog(unittest.TestCase):
    def test_it_has_an_entry_for_each_message_id_and_no_other(self):
        text = CATALOG.read_text(encoding="utf-8")
        header = MESSAGE_IDS.read_text(encoding="utf-8")
        self.assertEqual(
            sorted(re.findall(r"^-- (\w+)$", text, re.MULTILINE)),
            sorted(re.findall(r'"([0-9a-f]{32})"', header)),
        )

    def test_it_shows_no_bytes_that_somebody_else_chose(self):
        shown = re.findall(r"@ERROR_REPORT_(\w+)@", CATALOG.read_text(encoding="utf-8"))
        self.assertEqual({"COMM", "TEXT", "TITLE", "HOST"} & set(shown), set())

    def test_journald_understands_it(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "usr/lib/systemd/catalog").mkdir(parents=True)
            (root / "var/lib/systemd/catalog").mkdir(parents=True)
            (root / "usr/lib/systemd/catalog" / CATALOG.name).write_bytes(CATALOG.read_bytes())
            for action in ("--update-catalog", "--list-catalog"):
                done = subprocess.run(
                    ["journalctl", "--root", folder, action],
                    capture_output=True,
                    text=True,
                    check=False,
                )
                self.assertEqual((done.returncode, done.stderr), (0, ""))
        entries = CATALOG.read_text(encoding="utf-8").count("\n-- ")
        self.assertEqual(done.stdout.count("error-report-notify: "), entries, done.stdout)


if __name__ == "__main__":
    unittest.main()
