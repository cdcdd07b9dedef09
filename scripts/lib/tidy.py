#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Usage: tidy.py PROJECT BUILD STAMPS

Runs clang-tidy on the sources below PROJECT/userspace that BUILD compiles, only
where something changed since it last passed: the source, a header of the project
that it includes (as ninja knows), how it is compiled, or clang-tidy itself. STAMPS
remember that, also for other clones and branches of the project: each is an empty file.
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import subprocess
import sys


def output_of(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def files_by_source(build):
    """What ninja learnt from the compiler: source → it and all that it includes."""
    result = {}
    for target in output_of("ninja", "-C", str(build), "-t", "deps").split("\n\n"):
        files = [(build / line.strip()).resolve() for line in target.splitlines()[1:]]
        if files:
            result[files[0]] = files
    return result


def key_of(unit, files, tool, project):
    """The same in each clone."""
    command = unit["command"].replace(str(project), "")
    digest = hashlib.sha256(f"{tool}\0{command}".encode())
    for file in sorted(files):
        digest.update(f"\0{file.relative_to(project)}\0".encode() + file.read_bytes())
    return digest.hexdigest()


def tidy(unit, build, stamp):
    """clang-tidy's complaint, empty if there is none."""
    if stamp.exists():
        return ""
    done = subprocess.run(
        # The options are GCC's; clang does not know all of its warnings.
        ["clang-tidy", "--quiet", "--warnings-as-errors=*", "-p", str(build),
         "--extra-arg=-Wno-unknown-warning-option", unit["file"]],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        return done.stdout or done.stderr
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.touch()
    return ""


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    project, build, stamps = (pathlib.Path(argument).resolve() for argument in sys.argv[1:])
    tool = output_of("clang-tidy", "--version") + (project / ".clang-tidy").read_text()
    includes = files_by_source(build)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        complaints = []
        for unit in json.loads((build / "compile_commands.json").read_text()):
            source = pathlib.Path(unit["file"])
            if not source.is_relative_to(project / "userspace"):
                continue
            files = {f for f in includes.get(source, []) if f.is_relative_to(project)}
            key = key_of(unit, files | {source}, tool, project)
            stamp = stamps / f"{source.relative_to(project)}.{key}"
            complaints.append(pool.submit(tidy, unit, build, stamp))
        found = "".join(complaint.result() for complaint in complaints)
    print(found, end="")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
