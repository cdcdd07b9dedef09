# SPDX-License-Identifier: MIT
"""Real log shippers, with the configurations of docs/shippers, store each field as error-report
wrote it to a plain file."""

import socket

import expected
import guest
import staged
from case import ModuleTest
from listening import LOG, Listening
from shipper import RSYSLOG_SOCKET, STORED, SYSLOG_NG_SOCKET, Journald, Rsyslog, SyslogNg

# The default of --max-line.
LONGEST_LINE = 30 * 1024
# Of the text of a long report.
LINE = 900


def fire_everything():
    """Reports that a shipper could stumble over; how many."""
    guest.fire("warn-msg")
    guest.fire("warn", "softirq")
    # A name that is not UTF-8 and holds what a terminal would obey.
    guest.fire("warn", comm=b"caf\xe9\x1b[31m\"\\")
    odd = staged.warning('"quoted" \\ back\\nslashes, \t tabs, <13>{} %s @cee: {"a":1} é \u2028')
    guest.stage("task", *odd.steps)
    long = staged.warning("one that is cut", 36)
    long.lines[1:] = [line.ljust(LINE, ".") for line in long.lines[1:]]
    guest.stage("task", *long.steps)
    return 5


class Shippers(ModuleTest):
    def check(self, shipper, output, convert=expected.exact, options=()):
        """What came through the output and the shipper is what the plain file has."""
        with shipper, Listening(output, *options) as listening:
            written = listening.finish(fire_everything())
            stored = shipper.await_lines(len(written))
        self.check_variety([line for line in written if line["event"] == "report"])
        wanted = [expected.without_write_time(convert(line)) for line in written]
        got = [expected.without_write_time(line) for line in stored]
        for want, found in zip(wanted, got):
            self.assertEqual(found, want)
        self.assertEqual(len(got), len(wanted))

    def check_variety(self, reports):
        *_, name, odd, long = reports
        self.assertIn("invalid_utf8", name["flags"])
        self.assertIn("é", odd["text"])
        self.assertGreater(len(long["text"]), LONGEST_LINE - 2 * LINE)

    def test_rsyslog_follows_the_file(self):
        self.check(Rsyslog(), f"file:{LOG}")

    def test_rsyslog_takes_datagrams(self):
        self.check(Rsyslog(), f"unix:{RSYSLOG_SOCKET}")

    def test_syslog_ng_follows_the_file(self):
        self.check(SyslogNg(), f"file:{LOG}", expected.without_types)

    def test_syslog_ng_takes_a_stream(self):
        self.check(SyslogNg(), f"unix:{SYSLOG_NG_SOCKET}", expected.without_types)

    def test_syslog_ng_keeps_types_with_version_4(self):
        self.check(SyslogNg("4.0"), f"unix:{SYSLOG_NG_SOCKET}")

    def test_journald_takes_fields(self):
        # The journal gets the whole text, so the file is to have it as well.
        self.check(Journald(), "journald", expected.in_journal, ("--max-line", "0"))


class Limits(ModuleTest):
    """Of what docs/shippers says that they cut: shown with a line of one's own."""

    def line(self, length):
        line = '{"text":"' + "x" * length + '"}'
        return line.encode() + b"\n", {"text": "x" * length}

    def send(self, file, kind, data):
        with socket.socket(socket.AF_UNIX, kind) as out:
            out.connect(str(file))
            out.sendall(data)

    def test_rsyslog_cuts_at_8_kib_unless_told_otherwise(self):
        def without_size(text):
            return "\n".join(line for line in text.splitlines() if "maxMessageSize" not in line)

        large, _ = self.line(9000)
        small, small_object = self.line(7000)
        with Rsyslog(without_size) as shipper:
            self.send(RSYSLOG_SOCKET, socket.SOCK_DGRAM, large)
            self.send(RSYSLOG_SOCKET, socket.SOCK_DGRAM, small)
            self.assertEqual(shipper.await_lines(1), [small_object])

    def test_rsyslog_takes_60_kib_as_configured(self):
        line, content = self.line(60_000)
        with Rsyslog() as shipper:
            self.send(RSYSLOG_SOCKET, socket.SOCK_DGRAM, line)
            self.assertEqual(shipper.await_lines(1), [content])

    def test_syslog_ng_takes_60_kib_and_cuts_at_64(self):
        large, _ = self.line(70_000)
        line, content = self.line(60_000)
        with SyslogNg() as shipper:
            self.send(SYSLOG_NG_SOCKET, socket.SOCK_STREAM, large + line)
            # What is left of the first is no JSON.
            self.assertEqual(shipper.await_lines(1), [content])

    def test_journald_cuts_standard_output_at_48_kib(self):
        for length, entries in ((30_000, 1), (60_000, 2)):
            with self.subTest(length=length), Journald() as journald:
                line, _ = self.line(length)
                STORED.write_bytes(line)
                guest.run("systemd-cat", "--identifier=line", "cat", str(STORED))
                guest.wait_until(lambda: len(journald.entries("line")) >= entries, "the entries")
                messages = [entry["MESSAGE"] for entry in journald.entries("line")]
                self.assertEqual(len(messages), entries)
                self.assertEqual("".join(messages), line.decode().rstrip("\n"))
