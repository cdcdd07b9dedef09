# SPDX-License-Identifier: MIT
"""Everything at once: reports in all contexts of all CPUs, noise, and readers of every kind.

What was fired is published or counted, and whoever reads gets each report once and whole.
"""

import collections
import errno
import json
import pathlib
import re
import subprocess
import threading
import zlib

import genl
import guest
import json_line
import uapi
from case import ModuleTest
from kernel_log import END_OF_WARN, printers
from noise import NOISE, Noise
from storm import STAGED, STORM, WARNINGS, StormTest

CPUS = range(4)
REAL = 500

STAGED_HEADLINE = re.compile(r"(WARNING|BUG: KASAN): storm (\d+) in \w+(\n|\Z)")
REAL_HEADLINE = re.compile(r"BUG: (KFENCE|KASAN): .* in fire_access\b")
# An id of a real report is an address of the kernel's; staged ones are counted from 1.
KERNEL_ADDRESS = 1 << 63
CRC = re.compile(r"\ncrc ([0-9a-f]{8})\Z")


def fault_of_staged(text, context, report_id):
    """What is wrong with the text of a report of error_report_storm.ko, or None."""
    checksum = CRC.search(text)
    if not checksum:
        return "no checksum at its end"
    lines = text[: checksum.start()] + "\n"
    if zlib.crc32(lines.encode()) != int(checksum[1], 16):
        return "its checksum is wrong"
    if not lines.split("\n")[0].endswith(f" storm {report_id} in {context}"):
        return f"it is not report {report_id} of context {context}"
    return None


class Stream:
    """error-report listen into a file, which is read when it has ended.

    Emulated, it writes more slowly than four CPUs fire; its queue has room for all of it.
    """

    QUEUE = 1 << 30
    LONGEST = 256 << 10  # bytes of two lines

    def __init__(self):
        self._file = pathlib.Path("/run/storm.jsonl")
        with self._file.open("wb") as out:
            self._process = subprocess.Popen(
                ["error-report", "listen", "--backlog", "--queue", str(self.QUEUE)], stdout=out
            )

    def __enter__(self):
        guest.wait_until(lambda: self._file.stat().st_size, "the line of event start")
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait()

    def _written(self):
        """The SEQ that the last whole line is about."""
        with self._file.open("rb") as file:
            file.seek(max(0, self._file.stat().st_size - self.LONGEST))
            line = json.loads(file.read().split(b"\n")[-2])
        return line.get("seq", line.get("to"))

    def end(self):
        with genl.Socket() as socket:
            newest = socket.status()["NEWEST_SEQ"]
        guest.wait_until(lambda: self._written() >= newest, f"SEQ {newest} in the stream", 300)
        self._process.terminate()
        status = self._process.wait(guest.DEADLINE_S)
        if status:
            raise AssertionError(f"error-report listen: status {status}")

    def events(self):
        with self._file.open("rb") as lines:
            yield from json_line.parse_very_many(lines)


class SlowSubscriber(threading.Thread):
    """Reads seldom, is overrun again and again, and only then fetches what it missed."""

    def __init__(self):
        super().__init__(daemon=True)
        self._ended = threading.Event()
        # For a dozen reports, which is less than a second's.
        self._socket = genl.Socket(receive_buffer=16 << 10)
        self._socket.join()
        self._requests = genl.Socket()
        self._last = 0
        self._last_live = 0
        self._overrun = False
        self.live = set()
        self.fetched = set()
        self.overruns = 0
        self.failure = None

    def run(self):
        try:
            while not self._ended.wait(1):
                self._take()
            self._take()
        except (AssertionError, OSError) as failure:
            self.failure = failure

    def _take(self):
        """What is queued, to the end: only then the kernel queues again what it dropped until
        now without a word, so only then a dump reaches up to what will be queued."""
        self._socket.set_timeout(0)
        self._overrun = False
        while True:
            try:
                for command, message in self._socket.notifications():
                    if command == uapi.CMD_REPORT_NTF:
                        self._add_live(message["SEQ"])
            except BlockingIOError:
                break
            except OSError as failure:
                if failure.errno != errno.ENOBUFS:
                    raise
                self._overrun = True
                self.overruns += 1
        if self._overrun:
            self._fetch()

    def _add_live(self, seq):
        """One that was queued before a dump and read behind it is known already, or was evicted
        before the dump came to it; one behind what an overrun dropped comes with that by the next
        dump."""
        if seq <= self._last_live:
            raise AssertionError(f"SEQ {seq} after {self._last_live}")
        self._last_live = seq
        if self._overrun and seq > self._last + 1:
            return
        if seq not in self.fetched:
            self.live.add(seq)
        self._last = max(self._last, seq)

    def _fetch(self):
        reports, _ = self._requests.dump(self._last + 1)
        for report in reports:
            if report["SEQ"] <= self._last:
                raise AssertionError(f"SEQ {report['SEQ']} after {self._last}")
            self._last = report["SEQ"]
            self.fetched.add(self._last)

    def end(self):
        self._ended.set()
        self.join(guest.DEADLINE_S)
        self._socket.close()
        if self.failure:
            raise self.failure
        return self.live | self.fetched


class SysfsReader(threading.Thread):
    """Reads both files all the time: the count grows, a text is never torn. It says how far it
    is, lest whoever started the guest takes it for hung."""

    PROGRESS = 10_000  # reads

    def __init__(self):
        super().__init__(daemon=True)
        self._ended = threading.Event()
        self.counts = []
        self.torn = []

    def run(self):
        while not self._ended.wait(0.005):
            self.counts.append(guest.report_count())
            if len(self.counts) % self.PROGRESS == 0:
                print(f"# {self.counts[-1]} reports after {len(self.counts)} reads", flush=True)
            text = (guest.SYSFS / "last_report").read_text().rstrip("\n")
            staged = re.match(r".* storm (\d+) in (\w+)\n", text)
            if staged and not text.endswith("<truncated>"):
                fault = fault_of_staged(text, staged[2], int(staged[1]))
                if fault:
                    self.torn.append((fault, text))

    def end(self):
        self._ended.set()
        self.join(guest.DEADLINE_S)


class Storm(StormTest, ModuleTest):

    def account(self, stream):
        """Every SEQ once, in order, as a report or as lost; the reports by kind, and the lost."""
        next_seq, reports, lost = 1, [], collections.Counter()
        for event in stream.events():
            if event["event"] == "report":
                self.assertEqual(event["seq"], next_seq)
                next_seq += 1
                reports.append(event)
            elif event["event"] == "lost":
                self.assertEqual(event["from"], next_seq)
                lost[",".join(event["cause"])] += event["to"] + 1 - event["from"]
                next_seq = event["to"] + 1
        with genl.Socket() as socket:
            status = socket.status()
            held, _ = socket.dump()
        print(f"# {status['ENDED']} ended, {status['PUBLISHED']} published, {len(reports)} streamed,"
              f" lost: {dict(lost)}", flush=True)
        self.assertEqual(next_seq - 1, status["ENDED"])
        self.assertEqual(
            status["ENDED"], status["PUBLISHED"] + status["LOST_NO_SLOT"] + status["LOST_RING_FULL"]
        )
        self.assertEqual(len(reports) + sum(lost.values()), status["ENDED"])
        # What the kernel lost while the reader was overrun is among what he did not get.
        self.assertLessEqual(len(reports), status["PUBLISHED"])
        overrun = sum(count for causes, count in lost.items() if "not_retained" in causes)
        self.assertGreaterEqual(len(reports) + overrun, status["PUBLISHED"])
        seen = {report["seq"] for report in reports}
        self.assertEqual([r["SEQ"] for r in held if r["SEQ"] not in seen], [])
        for report in reports:
            self.assertNotIn(NOISE, report["text"])
        return reports, status, {r["SEQ"] for r in held}

    def test_real_warnings_back_to_back_on_all_cpus_are_all_whole(self):
        stream = self.enter(Stream())
        with Noise():
            writers = [guest.Writer("warn-msg", count=WARNINGS // 4, cpu=cpu) for cpu in CPUS]
            for writer in writers:
                writer.start()
            for writer in writers:
                writer.join(guest.DEADLINE_S * 5)
        self.warned = WARNINGS
        stream.end()
        reports, status, _ = self.account(stream)
        self.assertEqual((status["ENDED"], status["PUBLISHED"]), (WARNINGS, WARNINGS))
        by_pid = collections.Counter(report["pid"] for report in reports)
        self.assertEqual(by_pid, {writer.pid: WARNINGS // 4 for writer in writers})
        for report in reports:
            self.assertEqual(report["flags"], [])
            self.assertTrue(
                report["text"].startswith(
                    f"a message of the trigger module, CPU {report['cpu']}\nWARNING: "
                )
            )
            self.assertRegex(report["text"], END_OF_WARN)
            self.assertEqual({cpu for cpu, _ in printers(report["text"])}, {report["cpu"]})


class StormOfAllKinds(Storm):
    """Each class loads the module anew, so that SEQ begins with 1."""

    test_real_warnings_back_to_back_on_all_cpus_are_all_whole = None
    real_kind = "kfence-uaf"

    def fired(self):
        return {
            context: int(count)
            for context, count in (line.split() for line in STORM.read_text().splitlines())
        }

    def fire_all(self):
        """Staged reports in all contexts and, meanwhile, real ones."""
        storm = guest.Order(STORM, str(STAGED))
        real = [guest.Writer(self.real_kind, count=REAL // 4, cpu=cpu) for cpu in CPUS]
        for order in (storm, *real):
            order.start()
        for order in (*real, storm):
            order.join(1200)

    def test_staged_reports_of_all_contexts_are_whole_or_counted(self):
        if self.real_kind == "kfence-uaf":
            self.enter(guest.kfence())
            self.warned = REAL
        before = self.fired()
        stream = self.enter(Stream())
        slow, sysfs = SlowSubscriber(), SysfsReader()
        with Noise():
            slow.start()
            sysfs.start()
            self.fire_all()
        union = slow.end()
        sysfs.end()
        stream.end()

        staged = {context: count - before[context] for context, count in self.fired().items()}
        self.assertEqual(sum(staged.values()), STAGED)
        reports, status, held = self.account(stream)
        print(f"# {slow.overruns} overruns of the slow subscriber, {len(slow.live)} reports live and"
              f" {len(slow.fetched)} fetched", flush=True)
        self.assertEqual(status["ENDED"], STAGED + REAL)
        self.assertGreater(slow.overruns, 0)
        self.assertEqual(held - union, set())
        self.assertEqual(max(union), status["NEWEST_SEQ"])
        self.assertEqual(sysfs.torn, [])
        self.assertEqual(sysfs.counts, sorted(sysfs.counts))
        self.check_texts(reports, staged)

    def check_texts(self, reports, staged):
        whole, staged_ids, real = collections.Counter(), set(), []
        for report in reports:
            if self.is_real(report):
                real.append(report)
                continue
            number = int(report["id"], 16)
            self.assertNotIn(number, staged_ids, "twice")
            staged_ids.add(number)
            if report["flags"]:
                continue
            self.assertIsNone(
                fault_of_staged(report["text"], report["context"], number), report["text"]
            )
            whole[report["context"]] += 1
        print(f"# {len(staged_ids)} staged, {sum(whole.values())} of them whole, {len(real)} real",
              flush=True)
        self.assertLessEqual(max(staged_ids) - min(staged_ids), STAGED - 1)
        self.assertLessEqual(len(real), REAL)
        for context, count in staged.items():
            self.assertGreater(whole[context], 0 if count else -1, f"none whole in {context}")
        self.assertTrue([report for report in real if not report["flags"]], "no real one is whole")
        for report in real:
            self.assertEqual(report["text"].count(" storm "), 0)

    def is_real(self, report):
        """Or staged; there is no third, however little of it is left."""
        if report["flags"] == ["no_text"]:
            self.assertEqual(report["text"], "")
            return int(report["id"], 16) >= KERNEL_ADDRESS
        self.assertIn(report["flags"], ([], ["truncated"]), report["text"])
        headline = STAGED_HEADLINE.match(report["text"])
        if headline:
            self.assertEqual(int(headline[2]), int(report["id"], 16))
            return False
        self.assertRegex(report["text"], REAL_HEADLINE)
        self.assertEqual(report["tool"], self.real_kind.split("-")[0])
        return True


class StormOfKasan(StormOfAllKinds):
    real_kind = "kasan-uaf"
    ends_lockdep = True


if not guest.is_sanitized():
    del StormOfKasan
if not guest.has_kfence():
    # 6.1 has neither; its WARNs are enough.
    del StormOfAllKinds
