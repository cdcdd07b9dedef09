#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Boots a guest, carries its command's streams, returns its exit status.

scripts/vm has prepared everything; this is QEMU's command line and the other end
of lib/guest-run. A guest that does not come to the command is booted once more.
Exit status: the command's own; 124 after --timeout; 125 when the guest ended
without a status.
"""

import argparse
import ctypes
import fcntl
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import termios
import threading
import time
import tty

TIMED_OUT = 124
LOST = 125
CHUNK = 65536
ESCAPE = b"\x1d"  # Ctrl-]
CONSOLE_TAIL = 25
# SysRq keys: all levels on the console, tasks that are blocked, what the CPUs do.
KEYS = b"9wl"

# By architecture: QEMU's options, those for its emulator, and the kernel's arguments.
MACHINES = {
    # The kernel believes an Intel CPU of this model that its TSC is constant,
    # and then need not calibrate a delay on each CPU, most of a second each.
    # tsc=reliable: an emulated TSC does not pass the kernel's watchdog.
    "x86": (
        "-machine q35",
        "-cpu max,vendor=GenuineIntel",
        "console=ttyS0 tsc=reliable mitigations=off",
    ),
    # With memory tagging, which only a kernel with KASAN_HW_TAGS turns on for itself. Of two
    # algorithms to sign pointers with, the one that costs less to emulate.
    "arm64": (
        "-machine virt,mte=on",
        "-cpu max,pauth-impdef=on",
        "console=ttyAMA0 mitigations=off kasan_multi_shot",
    ),
}


class Stopped(Exception):
    """By a signal: SIGALRM is the timeout, SIGPIPE that nobody reads our output."""

    def __init__(self, signum):
        super().__init__()
        self.signum = signum


def on_signal(signum, _frame):
    raise Stopped(signum)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", required=True, help="folder with the initramfs; removed at the end")
    parser.add_argument("--arch", required=True, choices=MACHINES)
    parser.add_argument("--kernel", required=True, help="what QEMU boots")
    parser.add_argument("--append", default="", help="more kernel arguments")
    parser.add_argument("--console", help="file for the kernel's console")
    parser.add_argument("--cpus", type=int, required=True)
    parser.add_argument("--memory", type=int, required=True, help="MB")
    parser.add_argument("--boot", type=int, required=True, help="seconds to the command")
    parser.add_argument("--timeout", type=int, required=True, help="seconds, 0 for none")
    parser.add_argument("--silence", type=int, required=True, help="seconds, 0 for none")
    parser.add_argument("--kvm", action="store_true")
    parser.add_argument("--shell", action="store_true", help="the command is a shell on our terminal")
    parser.add_argument("qemu", nargs="+", help="QEMU and its first options, behind a --")
    return parser.parse_args()


def qemu_command(args, ports, console, monitor):
    """ports: (nr, file descriptor) of each stream, 0 being the guest's hvc0; console and
    monitor are file descriptors, too."""
    machine, cpu, kernel_arguments = MACHINES[args.arch]
    command = args.qemu + "-nodefaults -no-user-config -no-reboot -display none".split()
    command += machine.split()
    command += "-accel kvm -cpu host".split() if args.kvm else ["-accel", "tcg,thread=multi", *cpu.split()]
    command += ["-smp", str(args.cpus), "-m", str(args.memory)]
    # panic=-1 reboots at once, which -no-reboot turns into the end of QEMU.
    kernel_arguments += " sysrq_always_enabled panic=-1 " + args.append
    command += ["-kernel", args.kernel, "-initrd", args.run + "/initramfs", "-append", kernel_arguments]
    log = console_file(args).replace(",", ",,")
    command += ["-chardev", f"socket,id=console,fd={console},logfile={log}"]
    command += ["-serial", "chardev:console"]
    command += ["-chardev", f"socket,id=monitor,fd={monitor}", "-mon", "monitor"]
    # multidevs=remap: the host's root may span file systems.
    command += ["-fsdev", "local,id=host,path=/,security_model=none,readonly=on,multidevs=remap"]
    # vectors=0, no MSI-X: QEMU 10 once aborted in msix_table_mmio_write() while a
    # guest sized the BAR of that table.
    for device in ("virtio-9p-pci,fsdev=host,mount_tag=host", "virtio-rng-pci", "virtio-serial-pci"):
        command += ["-device", device + ",vectors=0"]
    for nr, fd in ports:
        command += ["-chardev", f"socket,id=port{nr},fd={fd}"]
        kind = "virtserialport" if nr else "virtconsole"
        command += ["-device", f"{kind},chardev=port{nr},nr={nr}"]
    return command


def console_file(args):
    return args.console or args.run + "/console"


def die_with_parent():
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


class Guest:
    """QEMU and our ends of its ports, by number."""

    def __init__(self, args):
        theirs = {}
        self.ports = {}
        for nr in (0, 4) if args.shell else (1, 2, 3, 4):
            self.ports[nr], theirs[nr] = socket.socketpair()
        self.console, console = socket.socketpair()
        self.monitor, monitor = socket.socketpair()
        ends = [*theirs.values(), console, monitor]
        self.qemu = subprocess.Popen(
            qemu_command(
                args,
                [(nr, end.fileno()) for nr, end in theirs.items()],
                console.fileno(),
                monitor.fileno(),
            ),
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            pass_fds=[end.fileno() for end in ends],
            # A terminal's Ctrl-C is ours to act on.
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
        for end in ends:
            end.close()
        self._told = b""
        # QEMU keeps a copy in the console's file; what nobody reads here would stop it.
        for end in self.console, self.monitor:
            start(drain, end)

    def told(self):
        """The words of the next line from lib/guest-run, none when the guest ended without."""
        while b"\n" not in self._told:
            data = receive(self.ports[4])
            if not data:
                return []
            self._told += data
        line, self._told = self._told.split(b"\n", 1)
        return line.decode().split()

    def wait_for_status(self):
        """The command's, or None when the guest ended without."""
        words = self.told()
        return int(words[1]) if words else None

    def set_window(self):
        """Tell the guest our terminal's size."""
        size = fcntl.ioctl(0, termios.TIOCGWINSZ, bytes(8))
        rows, columns = struct.unpack_from("HH", size)
        self.ports[4].sendall(f"size {rows} {columns}\n".encode())

    def explain_hang(self, console):
        """Has the kernel say on its console what hangs; it does if it still takes interrupts."""
        try:
            for key in KEYS:
                self.monitor.sendall(b"chardev-send-break console\n")
                time.sleep(0.5)
                self.console.sendall(bytes([key]))
                time.sleep(0.5)
        except OSError:
            return  # QEMU is gone
        before = None
        while before != (before := os.path.getsize(console)):
            time.sleep(2)

    def end(self):
        self.qemu.kill()
        self.qemu.wait()


def receive(port):
    """What came, nothing at the end."""
    try:
        return port.recv(CHUNK)
    except ConnectionResetError:  # QEMU ended before it read all that we sent
        return b""


def drain(port):
    while receive(port):
        pass


class Deadline:
    """SIGALRM when the time is up; before that, when the guest does not come to the command
    or the command prints nothing for too long. what: which of them is the next to be;
    boots: whether it is the first."""

    def __init__(self, args):
        self._timeout, self._silence = args.timeout, args.silence
        self._end = time.monotonic() + (args.timeout or float("inf"))
        self._wait(args.boot, f"did not begin within {args.boot} s (--boot)", boots=True)

    def begun_or_printed(self):
        self._wait(self._silence, f"printed nothing for {self._silence} s (--silence)")

    def _wait(self, seconds, what, boots=False):
        left = max(self._end - time.monotonic(), 0.001)
        self.what, self.boots = f"did not end within {self._timeout} s (--timeout)", False
        if 0 < seconds < left:
            left, self.what, self.boots = seconds, what, boots
        signal.setitimer(signal.ITIMER_REAL, 0 if left == float("inf") else left)


def pump_out(port, fd, deadline):
    """Guest to us, to the end."""
    try:
        while data := receive(port):
            deadline.begun_or_printed()
            while data:
                data = data[os.write(fd, data) :]
    except BrokenPipeError:
        signal.pthread_kill(threading.main_thread().ident, signal.SIGPIPE)


def pump_in(port, escape):
    """Us to the guest, to the end of our stdin."""
    try:
        while data := os.read(0, CHUNK):
            if escape and escape in data:
                signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
            port.sendall(data)
        # Not close(): QEMU would drop what it has not read yet.
        port.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # the guest is gone, or reads no more


def start(function, *arguments):
    thread = threading.Thread(target=function, args=arguments, daemon=True)
    thread.start()
    return thread


def run_command(guest, deadline):
    outputs = [start(pump_out, guest.ports[nr], fd, deadline) for nr, fd in ((2, 1), (3, 2))]
    # Reading a terminal would stop us as a background job, and take the input
    # that the caller's next command is to have.
    if os.isatty(0):
        guest.ports[1].shutdown(socket.SHUT_WR)
    else:
        start(pump_in, guest.ports[1], None)
    status = guest.wait_for_status()
    guest.end()
    for thread in outputs:
        thread.join()
    return status


def run_shell(guest, deadline):
    before = termios.tcgetattr(0)
    try:
        tty.setraw(0)
        output = start(pump_out, guest.ports[0], 1, deadline)
        start(pump_in, guest.ports[0], ESCAPE)
        guest.set_window()
        signal.signal(signal.SIGWINCH, lambda *_: guest.set_window())
        status = guest.wait_for_status()
        guest.end()
        output.join()
        return status
    finally:
        termios.tcsetattr(0, termios.TCSADRAIN, before)


def console_lines(args):
    with open(console_file(args), "rb") as console:
        return console.read().decode(errors="replace").replace("\r", "").splitlines()


def complain(args, sentence, known=None):
    """known: how many lines the console had when its end began to matter."""
    lines = console_lines(args)
    begin = max((len(lines) if known is None else known) - CONSOLE_TAIL, 0)
    print(f"vm: {sentence}\nThe console's last lines:", file=sys.stderr)
    print("\n".join(lines[begin:]), file=sys.stderr)
    if not args.console:
        print("(--console FILE keeps them all)", file=sys.stderr)


def run(args):
    """Boots and ends a guest; returns the exit status, or None if it hung in its boot."""
    guest = None
    try:
        signal.signal(signal.SIGALRM, on_signal)
        open(console_file(args), "wb").close()
        deadline = Deadline(args)
        guest = Guest(args)
        guest.told()  # that the command begins; or that the guest ended, as will be told again
        deadline.begun_or_printed()
        status = (run_shell if args.shell else run_command)(guest, deadline)
        if status is None:
            complain(args, "the guest ended before the command did (a panic, or it could not boot)")
            return LOST
        return status
    except Stopped as stopped:
        if stopped.signum != signal.SIGALRM:
            return 128 + stopped.signum
        # Output that still comes would wind the clock again.
        signal.signal(signal.SIGALRM, signal.SIG_IGN)
        known = len(console_lines(args))
        guest.explain_hang(console_file(args))
        complain(args, f"the command {deadline.what}; the guest was stopped", known)
        return None if deadline.boots else TIMED_OUT
    finally:
        if guest:
            guest.end()


def main():
    args = parse_arguments()
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(signum, on_signal)
    try:
        status = run(args)
        if status is None:
            # Nothing of ours ran yet: it is the emulator's fault, once in some hundred boots.
            print("vm: booting it once more", file=sys.stderr)
            if args.console:
                os.replace(args.console, args.console + ".hung")
            status = run(args)
        return TIMED_OUT if status is None else status
    finally:
        shutil.rmtree(args.run, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
