# SPDX-License-Identifier: MIT
"""What error-report itself says that one can type."""

import functools
import os
import pathlib
import re
import subprocess

PROJECT = pathlib.Path(__file__).resolve().parent.parent.parent
# The one that was built, first in the PATH.
TOOL = pathlib.Path(os.environ["ERROR_REPORT"])
ENVIRONMENT = os.environ | {"PATH": f"{TOOL.parent}:{os.environ['PATH']}"}


def output_of(*command, **environment):
    return subprocess.run(
        command,
        env=ENVIRONMENT | environment,
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    ).stdout


@functools.cache
def _help(*command):
    return output_of(TOOL, *command, "--help")


def commands():
    [rows] = re.findall(r"^Subcommands:\n((?:  .*\n)+)", _help(), re.MULTILINE)
    return re.findall(r"^  (\S+)", rows, re.MULTILINE)


def options(command):
    """The long ones."""
    found = re.findall(r"^  (?:-\w,)?(--[\w-]+)", _help(command), re.MULTILINE)
    if "--help" not in found:
        raise AssertionError(f"the help of {command} is not understood:\n{_help(command)}")
    return found


def values(command):
    """Those of the options that take a value."""
    return re.findall(r"^  (?:-\w,)?(--[\w-]+) \[?[A-Z]+\b", _help(command), re.MULTILINE)


def exit_statuses():
    """Of the commands, and of status --check."""
    general, monitoring = re.findall(
        r"^Exit codes.*:\n((?:  \d.*\n)+)", _help("status"), re.MULTILINE
    )
    return re.findall(r"^  (\d)", general, re.M), re.findall(r"^  (\d)", monitoring, re.M)
