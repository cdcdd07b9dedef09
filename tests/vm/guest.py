# SPDX-License-Identifier: MIT
"""The guest that the tests run in: its modules, and what its kernel can do."""

import contextlib
import functools
import os
import pathlib
import re
import struct
import subprocess
import threading
import time

PROJECT = pathlib.Path(__file__).resolve().parents[2]
MODULE = "error_report_notify"
TRIGGER = "error_report_trigger"
FIRE = pathlib.Path("/sys/kernel/debug/error_report_trigger/fire")
STAGE = FIRE.with_name("stage")
SYSFS = pathlib.Path("/sys/kernel/error_report")
KERNEL = pathlib.Path("/proc/sys/kernel")
KFENCE = pathlib.Path("/sys/module/kfence/parameters/sample_interval")

# Parameters of every load of the module, unless a test has its own.
defaults = {}

# The places of the trigger module → what a report says of them.
CONTEXTS = {
    "task": "task",
    "irqs-off": "task",
    "softirq": "softirq",
    "hardirq": "hardirq",
    "nmi": "nmi",
    "idle": "task",
    "rq-lock": "task",
    "zone-lock": "task",
}
# A real error takes locks of the console that these must not wait for.
LOCKED = ("rq-lock", "zone-lock")

# Reports of one shot of kind warn-burst, as tests/kernel/fire.c has it.
BURST = 110

# Emulated CPUs are slow, and slower when others use the host.
DEADLINE_S = 60

# Of a section in an ELF file: it holds code.
SHF_EXECINSTR = 4


class CommandFailed(AssertionError):
    """A command's exit status was not 0; the message has its stderr."""


def run(*command):
    """Its stdout."""
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        raise CommandFailed(f"{' '.join(command)}: status {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def prepare():
    """The console is a slow serial line; the log itself is what is read."""
    (KERNEL / "printk").write_text("1")
    (KERNEL / "printk_devkmsg").write_text("on\n")
    # Whoever waits for his turn in a storm may wait for minutes where CPUs are emulated.
    hung_task = KERNEL / "hung_task_timeout_secs"
    if hung_task.exists():
        hung_task.write_text("1200")
    load_trigger()


def load_trigger():
    """By its file: in a root that is not the host's, modprobe does not know what is built."""
    release = os.uname().release
    for file in PROJECT.glob(f"build/module/*/tests/kernel/{TRIGGER}.ko"):
        if run("modinfo", "-F", "vermagic", str(file)).split()[0] == release:
            return run("insmod", str(file))
    raise AssertionError(f"no {TRIGGER}.ko is built for {release}")


@functools.cache
def module_file():
    return pathlib.Path(run("modinfo", "-n", MODULE).strip())


def code_sections():
    """name: (first address, end) of each that the module has as it is loaded now."""
    folder = pathlib.Path("/sys/module", MODULE, "sections")
    return {
        name: (start := int((folder / name).read_text(), 16), start + size)
        for name, flags, size in elf_sections(module_file().read_bytes())
        if flags & SHF_EXECINSTR and size
    }


def elf_sections(file):
    """(name, flags, size) of each in a file of 64 bits; a small root has no program that tells."""
    [table] = struct.unpack_from("<Q", file, 40)
    entry, count, names = struct.unpack_from("<3H", file, 58)
    # sh_name, sh_type, sh_flags, sh_addr, sh_offset, sh_size
    headers = [struct.unpack_from("<IIQQQQ", file, table + i * entry) for i in range(count)]
    strings = file[headers[names][4] :]
    return [
        (strings[name : strings.index(b"\0", name)].decode(), flags, size)
        for name, _, flags, _, _, size in headers
    ]


def insmod(file=None, **parameters):
    settings = (f"{name}={value}" for name, value in (defaults | parameters).items())
    run("insmod", str(file or module_file()), *settings)


def rmmod():
    run("rmmod", MODULE)


def is_loaded():
    return pathlib.Path("/sys/module", MODULE).exists()


def ensure_unloaded():
    if is_loaded():
        rmmod()


@contextlib.contextmanager
def module(**parameters):
    """error_report_notify, as long as this lasts."""
    insmod(**parameters)
    try:
        yield
    finally:
        rmmod()


def parameters():
    """The module's, as sysfs has them."""
    folder = pathlib.Path("/sys/module", MODULE, "parameters")
    return {file.name: file.read_text().strip() for file in folder.iterdir()}


def uses_start_event():
    """1 where the kernel fires error_report_start and the module listens to it."""
    fired = pathlib.Path("/sys/kernel/tracing/events/error_report/error_report_start").exists()
    return int(fired and parameters()["use_start_event"] == "Y")


def report_count():
    return int((SYSFS / "report_count").read_text())


def is_sanitized():
    """Everything takes ten times as long there."""
    return "kasan-uaf" in kinds()


@functools.cache
def tag_mode():
    """In which KASAN's hardware tags are checked: sync, async or asymm; None without them."""
    if not is_sanitized() or "kasan-global-oob" in kinds():
        return None
    asked = re.search(r"\bkasan\.mode=(\w+)", pathlib.Path("/proc/cmdline").read_text())
    return asked[1] if asked else "sync"


def release():
    """(6, 12) of 6.12.117."""
    return tuple(int(number) for number in re.findall(r"\d+", os.uname().release)[:2])


def has_kfence():
    """The kernel turns it off where there are hardware tags."""
    return KFENCE.parent.exists() and not tag_mode()


@contextlib.contextmanager
def kfence():
    """KFENCE takes part in one allocation per millisecond, as long as this lasts."""
    before = KFENCE.read_text()
    KFENCE.write_text("1")
    try:
        yield
    finally:
        KFENCE.write_text(before)


class Order:
    """A thread of this process that orders something of the trigger module: taskset and echo."""

    def __init__(self, file, text, cpu=1, comm=None, realtime=False):
        self._file = file
        self._text = text
        self.cpu = cpu
        self._comm = comm
        self._realtime = realtime
        self.pid = None
        self.comm = None
        self._failure = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self):
        self._thread.start()
        return self

    def is_alive(self):
        return self._thread.is_alive()

    def join(self, seconds=DEADLINE_S):
        self._thread.join(seconds)
        if self._thread.is_alive():
            raise AssertionError(f"{self._text[:80]!r} did not end within {seconds} s")
        if self._failure:
            raise self._failure
        return self

    def _run(self):
        try:
            self.pid = threading.get_native_id()
            comm = pathlib.Path(f"/proc/self/task/{self.pid}/comm")
            if self._comm:
                comm.write_bytes(self._comm)
            self.comm = comm.read_bytes()[:-1]
            os.sched_setaffinity(0, {self.cpu})
            if self._realtime:
                os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
            self._file.write_text(self._text)
        except OSError as failure:
            self._failure = failure


class Writer(Order):
    """One that makes the kernel report a real error."""

    def __init__(self, kind, context="task", count=1, **options):
        super().__init__(FIRE, f"{kind} {context} {count}", **options)


def fire(kind, context="task", **options):
    """Returns when the kernel has printed the reports."""
    return Writer(kind, context, **options).start().join()


def stage(context, *steps, **options):
    """Returns when the steps, of tests/kernel/stage.c, were played."""
    return Order(STAGE, "\n".join((context, *steps)), **options).start().join()


@functools.cache
def kinds():
    """Of errors that the trigger module can cause on this kernel."""
    return FIRE.read_text().split("\n")[0].split()[1:]


@functools.cache
def contexts():
    """Those of CONTEXTS that this machine has."""
    return FIRE.read_text().split("\n")[1].split()[1:]


@contextlib.contextmanager
def repeating(file, text, rest=0.0, cpus=()):
    """Writes the text again and again, as long as this lasts; rests between two writes for so
    many times as long as the last one took, within reason."""
    stop = threading.Event()

    def pause_s(took_s):
        return min(max(0.01, rest * took_s), 0.5) if rest else 0.0

    def run_on():
        if cpus:
            os.sched_setaffinity(0, cpus)
        took_s = 0.0
        while not stop.wait(pause_s(took_s)):
            begin = time.monotonic()
            file.write_text(text)
            took_s = time.monotonic() - begin

    thread = threading.Thread(target=run_on, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def firing(kind, context="task", cpu=1):
    """At a pace, however slow the machine: who prints has the console's lock until everybody's
    lines are out (an RCU stall, if three print without a break), and the log has to be read."""
    return repeating(FIRE, f"{kind} {context}", rest=3, cpus={cpu})


def wait_until(condition, what, seconds=DEADLINE_S):
    """For what nothing can be waited on; looks often, and gives up at the deadline."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            raise AssertionError(f"{what}: not within {seconds} s")
        time.sleep(0.01)
