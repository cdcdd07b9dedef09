# SPDX-License-Identifier: MIT
"""What error-report listen costs: time, CPU and memory of a replay at full speed.

The recording has real texts in turn: of a WARN, of KFENCE and of KASAN. Each way reads it from a
tmpfs and writes to one, so that no disk is measured. seconds are from start to end, cpu_seconds
user and system time of all threads, bytes those written.

A replay is read faster than it is written, so that up to half of --queue is in use all the time:
with the default this is more memory than a listener has that keeps up. With the smallest queue
peak_kib is about what such a one has.
"""

import collections
import json
import os
import pathlib
import select
import subprocess
import sys
import tempfile
import time

from process import peak_kib

GOLDEN = pathlib.Path(__file__).resolve().parents[1] / "golden"
TEXTS = ("debian-6.12/warn.json", "debian-6.12/kfence-uaf.json", "kasan/kasan-uaf.json")
REPORTS = 20_000
TMPFS = "/dev/shm"

# How late a peak may be seen.
SAMPLE_S = 0.01

# beside: the way that writes the same bytes. options: of error-report listen; none for
# write_frames, which writes what the way before it wrote.
Way = collections.namedtuple("Way", "name beside options")

WRITE_JSON = "write(2) of that JSON"
WRITE_TEXT = "write(2) of that text"

WAYS = (
    Way("JSON", WRITE_JSON, ()),
    Way(WRITE_JSON, WRITE_JSON, None),
    Way("JSON, smallest queue", WRITE_JSON, ("--queue=65536",)),
    Way("JSON to a file", WRITE_JSON, ("--output=file:{out}",)),
    # Which nothing is parsed for.
    Way("text", WRITE_TEXT, ("--output=text@stdout",)),
    Way(WRITE_TEXT, WRITE_TEXT, None),
    # Each report is decoded, and none is of that tool.
    Way("nothing", None, ("--tool=none",)),
)


def make_recording(program, folder):
    texts = []
    for golden in TEXTS:
        with (GOLDEN / golden).open(encoding="utf-8") as lines:
            text = json.loads(next(lines))["text"]
        texts.append(folder / golden.replace("/", "-"))
        texts[-1].write_text(text, encoding="utf-8")
    file = folder / "recording.pcap"
    with file.open("wb") as out:
        subprocess.run([program, str(REPORTS), *texts], stdout=out, check=True)
    return file


def cost(command, stdout):
    peak = 0
    begin = time.monotonic()
    with stdout.open("wb") as out:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out)
    ended = os.pidfd_open(process.pid)
    while not select.select([ended], [], [], SAMPLE_S)[0]:
        peak = peak_kib(process.pid) or peak
    seconds = time.monotonic() - begin
    os.close(ended)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise AssertionError(f"{command}: exit status {process.returncode}")
    return {
        "seconds": seconds,
        "cpu_seconds": usage.ru_utime + usage.ru_stime,
        "peak_kib": peak,
    }


class Replay:
    """One recording by each way in turn."""

    def __init__(self, build, folder):
        self._listen = build / "error-report"
        self._write = build / "tests/bench/write_frames"
        self._recording = make_recording(build / "tests/replay/make_recording", folder)
        self._out = folder / "out"
        self._written = folder / "written"

    def _command(self, way):
        if way.options is None:
            return [self._write, self._recording, self._written]
        options = [option.format(out=self._out) for option in way.options]
        return [self._listen, "listen", f"--source=replay:{self._recording}", *options]

    def by(self, way):
        result = cost(self._command(way), self._out)
        result["bytes"] = self._out.stat().st_size
        self._out.replace(self._written)
        return result


def measure(rounds, consume):
    build = pathlib.Path(consume).parents[2]
    with tempfile.TemporaryDirectory(dir=TMPFS) as folder:
        replay = Replay(build, pathlib.Path(folder))
        for number in range(1, rounds + 1):
            for way in WAYS:
                print(f"round {number}: {way.name}", file=sys.stderr, flush=True)
                result = replay.by(way)
                head = {"way": way.name, "beside": way.beside, "round": number, "reports": REPORTS}
                yield head | result
