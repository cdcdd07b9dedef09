# SPDX-License-Identifier: MIT
"""A task that prints all the time, as a driver gone wild does."""

import threading

from kernel_log import CUT_HERE

NOISE = "a noisy task"


class Noise:
    """A thread that writes to the kernel's log all the time."""

    def __enter__(self):
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()

    def _run(self):
        with open("/dev/kmsg", "w", buffering=1) as log:
            while not self._stop.is_set():
                log.write(f"{NOISE}, with {CUT_HERE} in it\n")
                log.write(f"{NOISE}, and no headline\n")
