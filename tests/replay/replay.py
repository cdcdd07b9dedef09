# SPDX-License-Identifier: MIT
"""error-report listen over a recording that is made for it, and that is gone afterwards."""

import contextlib
import os
import pathlib
import subprocess
import tempfile

TOOL = os.environ["ERROR_REPORT"]
MAKE_RECORDING = os.environ["MAKE_RECORDING"]

# The smallest.
QUEUE = 64 << 10


@contextlib.contextmanager
def recording(count):
    """Its file, in a folder where there is room for more."""
    with tempfile.TemporaryDirectory(dir=".") as folder:
        file = pathlib.Path(folder, "recording.pcap")
        with file.open("wb") as out:
            subprocess.run([MAKE_RECORDING, str(count)], stdout=out, check=True)
        yield file


def command(file, *arguments):
    """With a queue that is soon full and soon empty."""
    return [TOOL, "listen", "--source", f"replay:{file}", "--queue", str(QUEUE), *arguments]
