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

# Outputs beside JSON that nobody reads; the journal's entries, too.
OTHER_FORMATS = tuple(
    f"--output={name}@file:/dev/null" for name in ("text", "ecs", "otel", "journal")
)


@contextlib.contextmanager
def recording(count, text_bytes=0):
    """Its file, in a folder where there is room for more. Of small reports, unless told otherwise."""
    with tempfile.TemporaryDirectory(dir=".") as folder:
        file = pathlib.Path(folder, "recording.pcap")
        with file.open("wb") as out:
            numbers = [str(number) for number in (count, text_bytes)]
            subprocess.run([MAKE_RECORDING, *numbers], stdout=out, check=True)
        yield file


def command(file, *arguments):
    """With a queue that is soon full and soon empty."""
    return [TOOL, "listen", "--source", f"replay:{file}", "--queue", str(QUEUE), *arguments]
