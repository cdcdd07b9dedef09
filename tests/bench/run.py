#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Measures PART and prints a JSON object for each result. scripts/bench runs it, in a guest or on
this machine.

Usage: run.py PART ROUNDS CONSUME
       CONSUME  the program of consume/
"""

import importlib
import json
import pathlib
import sys

VM = pathlib.Path(__file__).resolve().parents[1] / "vm"
sys.path += [str(VM), str(VM / "shippers")]


def main():
    part, rounds, consume = sys.argv[1:]
    module = importlib.import_module(part)
    for result in module.measure(int(rounds), consume):
        print(json.dumps({"part": part} | result), flush=True)


if __name__ == "__main__":
    main()
