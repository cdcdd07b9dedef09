# SPDX-License-Identifier: MIT
"""Whatever anybody sends to the family is answered or refused, and harms nothing."""

import contextlib
import errno
import random
import struct

import genl
import guest
import hostile
import uapi
from case import ModuleTest, UnloadedTest
from privileges import CLONE_NEWNET, become_nobody, become_root_elsewhere, elsewhere, unshare

REPORTS = 10
MESSAGES = 300 if guest.is_sanitized() else 1000
SEEDS = (1, 2, 3)

# What a request of any kind may be refused with: netlink's own reasons and ours.
REFUSALS = {
    errno.EINVAL,
    errno.ENOENT,
    errno.EOPNOTSUPP,
    errno.EPERM,
    errno.ERANGE,
    errno.EBUSY,
    errno.EMSGSIZE,
}


class Refusal:
    """An answer that is an error; code 0 is an acknowledgement."""

    def __init__(self, message):
        self.code = -struct.unpack_from("=i", message.payload)[0]
        self.text = None
        # Of the request only the header comes back, see NETLINK_CAP_ACK.
        skip = 4 if message.type == genl.NLMSG_DONE else 4 + hostile.HEADER_SIZE
        for number, value in genl.attributes(message.payload[skip:]):
            if number == genl.NLMSGERR_ATTR_MSG:
                self.text = value.rstrip(b"\0").decode()


def answers(socket, data):
    """What comes back for a datagram, up to the answer to the honest request behind it."""
    with contextlib.suppress(ConnectionRefusedError):
        socket.send_bytes(data)
    socket.send(uapi.CMD_STATUS_GET)
    found = []
    while True:
        for message in socket.receive():
            if message.sequence and message.type == socket.family:
                genl.decode("A_STATUS_", message.payload)
                return found
            found.append(message)


def is_dump(data):
    return len(data) >= 8 and struct.unpack_from("=H", data, 6)[0] & genl.NLM_F_DUMP


def fault(socket, data, message):
    """What is wrong with an answer to a datagram, or None."""
    if message.type in (genl.NLMSG_ERROR, genl.NLMSG_DONE):
        refusal = Refusal(message)
        if refusal.code and refusal.code not in REFUSALS:
            return f"refused with {errno.errorcode.get(refusal.code, refusal.code)}"
        # What the module refuses has a reason, and so has what its policy does. 6.1 has no
        # extended ack where a dump begins.
        ours = (errno.ENOENT, errno.EPERM, errno.ERANGE)
        if refusal.code in ours and not refusal.text and not is_dump(data):
            return "refused without a reason"
        return None
    if message.type != socket.family:
        return f"of type {message.type}"
    if message.command == uapi.CMD_REPORT_GET:
        return None if "SEQ" in genl.decode("A_", message.payload) else "a report without SEQ"
    if message.command == uapi.CMD_STATUS_GET:
        status = genl.decode("A_STATUS_", message.payload)
        return None if status["ENDED"] >= status["PUBLISHED"] else "a status that does not add up"
    return f"of command {message.command}"


def faults_of_random(seed, count, privileged=True):
    """Sentences. Each message has a socket of its own, for a dump goes on behind its answer."""
    source = random.Random(seed)
    found = []
    for number in range(count):
        with genl.Socket() as socket:
            data = hostile.random_message(source, socket.family)
            for message in answers(socket, data):
                wrong = fault(socket, data, message)
                report = message.type == socket.family and message.command == uapi.CMD_REPORT_GET
                if report and not privileged:
                    wrong = "a report, and without the privilege"
                if wrong:
                    found.append(f"seed {seed}, message {number}, {data[:200].hex()}: {wrong}")
    return found[:5]


def answers_elsewhere(seed, count, family):
    """Kinds of answers, in a network namespace that has no such family."""
    source = random.Random(seed)
    found = set()
    for _ in range(count):
        with genl.Socket(resolve=False) as socket:
            with contextlib.suppress(ConnectionRefusedError):
                socket.send_bytes(hostile.random_message(source, family))
            socket.send(uapi.CMD_STATUS_GET, family=family)
            messages = []
            # The honest request has the only sequence number.
            while not any(message.sequence for message in messages):
                messages = socket.receive()
                found.update(
                    errno.errorcode.get(Refusal(message).code, Refusal(message).code)
                    if message.type in (genl.NLMSG_ERROR, genl.NLMSG_DONE)
                    else f"a message of type {message.type}"
                    for message in messages
                )
    return sorted(map(str, found))


class Hostile(ModuleTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        guest.fire("warn", count=REPORTS)
        guest.wait_until(lambda: guest.report_count() == REPORTS, f"{REPORTS} reports")

    def tearDown(self):
        """It works as before."""
        guest.fire("warn")
        with genl.Socket() as socket:
            last = socket.status()["ENDED"]
            guest.wait_until(lambda: socket.status()["PUBLISHED"] == last, "the last report")
            self.assertEqual(socket.report(last)["SEQ"], last)
            self.assertEqual(len(socket.dump()[0]), last)
        super().tearDown()

    def check(self, case):
        with genl.Socket() as socket:
            data = genl.message(socket.family, case.body, case.flags, length=case.length)
            found = answers(socket, data)
            for message in found:
                self.assertIsNone(fault(socket, data, message))
        if case.error is None:
            return
        [message] = found
        refusal = Refusal(message)
        self.assertEqual(
            errno.errorcode.get(refusal.code, refusal.code), errno.errorcode[case.error]
        )
        # 6.1 has no extended ack where a dump begins.
        if case.text is not None and (refusal.text or case.flags != hostile.DUMP):
            self.assertRegex(refusal.text or "", case.text)

    def test_each_case_of_the_table_is_answered_or_refused(self):
        for case in hostile.TABLE:
            with self.subTest(case=case.what):
                self.check(case)

    def test_many_requests_in_one_datagram_are_answered_each(self):
        with genl.Socket(receive_buffer=8 << 20) as socket:
            one = genl.message(socket.family, hostile.GET + genl.seq(1))
            found = answers(socket, one * 200)
            self.assertEqual([message.command for message in found], [uapi.CMD_REPORT_GET] * 200)

    def test_dump_during_a_dump_is_refused(self):
        with genl.Socket() as socket:
            guest.fire("warn", count=40)
            socket.send(uapi.CMD_REPORT_GET, flags=genl.NLM_F_DUMP)
            socket.send(uapi.CMD_REPORT_GET, flags=genl.NLM_F_DUMP)
            with self.assertRaises(genl.Refused) as refused:
                list(socket.answer())
            self.assertEqual(refused.exception.errno, errno.EBUSY)

    def test_dumps_that_nobody_reads_hold_nothing_when_their_sockets_are_closed(self):
        guest.fire("warn", count=40)
        for _ in range(100):
            with genl.Socket(receive_buffer=4096) as socket:
                socket.send(uapi.CMD_REPORT_GET, flags=genl.NLM_F_DUMP)

    def test_dump_into_a_small_buffer_comes_to_its_end(self):
        guest.fire("warn", count=40)
        with genl.Socket(receive_buffer=4096) as socket:
            reports, _ = socket.dump()
            self.assertEqual(len(reports), socket.status()["PUBLISHED"])

    def test_messages_to_the_kernel_that_only_it_may_send_to_the_group_reach_nobody(self):
        listener = self.enter(genl.Socket())
        listener.join()
        with genl.Socket() as socket:
            for command in (uapi.CMD_REPORT_NTF, uapi.CMD_LOST_NTF):
                answers(socket, genl.message(socket.family, genl.genl_header(command)))
        guest.fire("warn")
        command, report = next(listener.notifications())
        self.assertEqual(command, uapi.CMD_REPORT_NTF)
        self.assertEqual(report["TOOL"], b"warning")

    def test_nobody_gets_no_report_by_any_case_of_the_table(self):
        def attempts():
            become_nobody()
            return leaks_of_table()

        self.assertEqual(elsewhere(attempts), [])

    def test_root_of_another_user_namespace_gets_no_report_by_any_case_of_the_table(self):
        def attempts():
            become_root_elsewhere()
            return leaks_of_table()

        self.assertEqual(elsewhere(attempts), [])

    def test_another_network_namespace_is_answered_nothing_but_refusals(self):
        with genl.Socket() as socket:
            family = socket.family

        def attempts():
            unshare(CLONE_NEWNET)
            found = set()
            for case in hostile.TABLE:
                with genl.Socket(resolve=False) as socket:
                    socket.set_timeout(0.05)
                    socket.send_bytes(genl.message(family, case.body, case.flags, length=case.length))
                    with contextlib.suppress(TimeoutError):
                        found.update(
                            Refusal(message).code if message.type == genl.NLMSG_ERROR else "answer"
                            for message in socket.receive()
                        )
            return sorted(found, key=str)

        self.assertEqual(elsewhere(attempts), [errno.ENOENT])


def leaks_of_table():
    """Cases by which a report came."""
    found = []
    for case in hostile.TABLE:
        with genl.Socket() as socket:
            data = genl.message(socket.family, case.body, case.flags, length=case.length)
            for message in answers(socket, data):
                if message.type == socket.family and message.command == uapi.CMD_REPORT_GET:
                    found.append(case.what)
    return found


def make_random_test(seed):
    def test(self):
        self.assertEqual(faults_of_random(seed, MESSAGES), [])

    return test


for _seed in SEEDS:
    setattr(Hostile, f"test_random_messages_of_seed_{_seed}", make_random_test(_seed))


class Unprivileged(ModuleTest):
    def check(self, become, seed):
        guest.fire("warn", count=REPORTS)

        def attempts():
            become()
            return faults_of_random(seed, MESSAGES, privileged=False)

        self.assertEqual(elsewhere(attempts), [])

    def test_nobody_gets_no_report_by_random_messages(self):
        self.check(become_nobody, 4)

    def test_root_of_another_user_namespace_gets_no_report_by_random_messages(self):
        self.check(become_root_elsewhere, 6)

    def test_another_network_namespace_gets_refusals_by_random_messages(self):
        guest.fire("warn", count=REPORTS)
        with genl.Socket() as socket:
            family = socket.family
        for enter in (lambda: None, become_root_elsewhere):

            def attempts(enter=enter):
                enter()
                unshare(CLONE_NEWNET)
                return answers_elsewhere(7, MESSAGES, family)

            # 0 acknowledges a control message, of netlink's own.
            self.assertLessEqual(set(elsewhere(attempts)), {"0", "ENOENT"})


class HostileUnload(UnloadedTest):
    def test_module_goes_after_a_flood_of_random_messages(self):
        with guest.module():
            guest.fire("warn", count=REPORTS)
            self.assertEqual(faults_of_random(5, MESSAGES // 5), [])
        self.assertFalse(guest.is_loaded())
