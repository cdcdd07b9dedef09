# SPDX-License-Identifier: MIT
"""Reports hold kernel pointers: who may have them, and what is for everyone."""

import errno
import os

import genl
import guest
from case import ModuleTest
from privileges import (
    AS_NOBODY,
    CAP_SYSLOG,
    CLONE_NEWNET,
    as_nobody_with,
    become_nobody,
    become_root_elsewhere,
    elsewhere,
    refusal,
    unshare,
)
from tool import run_tool

NEEDED = "reading reports takes CAP_SYSLOG (or CAP_SYS_ADMIN) when the socket is opened"


class Privileges(ModuleTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        guest.fire("warn", count=2)
        guest.wait_until(lambda: guest.report_count() == 2, "2 reports")

    def assert_error(self, error, code):
        self.assertIsNotNone(error, "it was allowed")
        self.assertEqual(errno.errorcode[error[1]], errno.errorcode[code])

    def test_nobody_can_neither_join_nor_read_reports(self):
        def attempts():
            become_nobody()
            with genl.Socket() as socket:
                return (
                    refusal(socket.join),
                    refusal(socket.report, 1),
                    refusal(socket.dump),
                    refusal((guest.SYSFS / "last_report").read_text),
                )

        join, get, dump, file = elsewhere(attempts)
        self.assert_error(join, errno.EPERM)
        self.assert_error(get, errno.EPERM)
        self.assert_error(dump, errno.EPERM)
        self.assert_error(file, errno.EACCES)
        self.assertEqual(get[2], NEEDED)
        # 6.1's genetlink has no extended ack where a dump begins.
        self.assertIn(dump[2], (NEEDED, os.strerror(errno.EPERM)))

    def test_nobody_gets_the_status_and_the_count(self):
        def attempts():
            become_nobody()
            with genl.Socket() as socket:
                return socket.status()["ENDED"], guest.report_count()

        self.assertEqual(elsewhere(attempts), [2, 2])

    def test_cap_syslog_alone_reads_but_cannot_join(self):
        def attempts():
            become_nobody(CAP_SYSLOG)
            with genl.Socket() as socket:
                return (
                    refusal(socket.join),
                    socket.report(1)["SEQ"],
                    [report["SEQ"] for report in socket.dump()[0]],
                )

        join, seq, dumped = elsewhere(attempts)
        self.assert_error(join, errno.EPERM)
        self.assertEqual(seq, 1)
        self.assertEqual(dumped, [1, 2])

    def test_socket_opened_with_the_capability_reads_after_it_was_dropped(self):
        def attempts():
            with genl.Socket() as before:
                become_nobody()
                with genl.Socket() as after:
                    return len(before.dump()[0]), before.report(2)["SEQ"], refusal(after.dump)

        dumped, seq, later = elsewhere(attempts)
        self.assertEqual((dumped, seq), (2, 2))
        self.assert_error(later, errno.EPERM)

    def test_root_of_another_user_namespace_can_neither_join_nor_read(self):
        def attempts():
            become_root_elsewhere()
            with genl.Socket() as socket:
                return (
                    os.getuid(),
                    refusal(socket.join),
                    refusal(socket.report, 1),
                    refusal(socket.dump),
                    refusal((guest.SYSFS / "last_report").read_text),
                    socket.status()["ENDED"],
                )

        uid, join, get, dump, file, ended = elsewhere(attempts)
        self.assertEqual((uid, ended), (0, 2))
        self.assert_error(join, errno.EPERM)
        self.assert_error(get, errno.EPERM)
        self.assertEqual(get[2], NEEDED)
        self.assert_error(dump, errno.EPERM)
        self.assert_error(file, errno.EACCES)

    def test_socket_handed_to_nobody_reads_what_its_opener_might(self):
        """By design, as a listener that drops its privileges needs; so it is not to be leaked."""

        def attempts():
            with genl.Socket() as socket:
                become_root_elsewhere()
                return socket.report(2)["SEQ"], refusal(socket.join)

        seq, join = elsewhere(attempts)
        self.assertEqual(seq, 2)
        self.assert_error(join, errno.EPERM)

    def test_another_network_namespace_has_no_such_family(self):
        def attempts():
            unshare(CLONE_NEWNET)
            return refusal(genl.Socket)

        self.assert_error(elsewhere(attempts), errno.ENOENT)


class ToolPrivileges(ModuleTest):
    """The same as a person meets it."""

    def test_tool_names_the_missing_capability(self):
        for command, capability in (
            (("listen",), "CAP_SYS_ADMIN"),
            (("list",), "CAP_SYSLOG"),
            (("show", "1"), "CAP_SYSLOG"),
        ):
            with self.subTest(command=command):
                status, out, err = run_tool(*command, prefix=AS_NOBODY)
                self.assertEqual((status, out), (4, ""))
                self.assertRegex(err, rf"^error-report: [^\n]*{capability}[^\n]*\n$")

    def test_tool_shows_the_status_to_nobody(self):
        status, out, err = run_tool("status", prefix=AS_NOBODY)
        self.assertEqual((status, err), (0, ""))
        self.assertIn("reports ended", out)

    def test_tool_lists_with_cap_syslog_alone(self):
        guest.fire("warn")
        status, out, err = run_tool("list", "--json", prefix=as_nobody_with("syslog"))
        self.assertEqual((status, err), (0, ""))
        self.assertEqual(len(out.splitlines()), guest.report_count())

    def test_listen_says_that_its_receive_buffer_is_smaller_without_cap_net_admin(self):
        note = "note: the receive buffer has "
        for capabilities, noted in ((("sys_admin",), True), (("sys_admin", "net_admin"), False)):
            with self.subTest(capabilities=capabilities):
                # It ends with the report that the kernel retains.
                guest.fire("warn")
                status, out, err = run_tool(
                    *("listen", "--backlog", "--count", "1"), prefix=as_nobody_with(*capabilities)
                )
                self.assertEqual((status, out.count('"event":"report"')), (0, 1))
                self.assertEqual(note in err, noted, err)
                self.assertEqual("CAP_NET_ADMIN" in err, noted)
