# SPDX-License-Identifier: MIT
"""How often printk() itself found no room for a line. Its ring buffer counts that and tells nobody,
so this reads the kernel's memory, by the symbols and the layout of 6.12."""

import functools
import pathlib
import struct

# struct printk_ringbuffer, kernel/printk/printk_ringbuffer.h: behind a ring of descriptors of 48
# bytes and one of text of 32 comes the count of descriptors that were not to be had, because the
# oldest is of a record that is still being written, by a CPU that was held up. A line asks twice.
FAIL_OFFSET = 80

WORD = struct.Struct("<Q")
ELF_HEADER = struct.Struct("<32xQ16xH6x")  # e_phoff, e_phnum
PROGRAM_HEADER = struct.Struct("<8xQQ8xQ16x")  # p_offset, p_vaddr, p_filesz


@functools.cache
def _address(name):
    lines = pathlib.Path("/proc/kallsyms").read_text().splitlines()
    return next(int(line.split()[0], 16) for line in lines if line.split()[2] == name)


def _word(address):
    with open("/proc/kcore", "rb") as memory:
        start, count = ELF_HEADER.unpack(memory.read(ELF_HEADER.size))
        memory.seek(start)
        for _ in range(count):
            offset, first, size = PROGRAM_HEADER.unpack(memory.read(PROGRAM_HEADER.size))
            if first <= address < first + size:
                memory.seek(offset + address - first)
                return WORD.unpack(memory.read(WORD.size))[0]
    raise LookupError(f"{address:#x} is not in /proc/kcore")


def no_room():
    """Times, since the boot."""
    return _word(_word(_address("prb")) + FAIL_OFFSET)
