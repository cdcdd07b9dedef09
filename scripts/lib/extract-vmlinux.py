#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Usage: extract-vmlinux.py BZIMAGE VMLINUX

Takes the ELF kernel out of an x86 bzImage, as the kernel's boot protocol
(Documentation/arch/x86/boot.rst) describes it. QEMU boots it through its PVH
entry. Decompressing under emulation costs a boot one second with zstd and four
with xz. The price is KASLR, which is the decompressor's work.
"""

import struct
import subprocess
import sys

DECOMPRESS = {
    b"\x28\xb5\x2f\xfd": ["zstd", "-dc"],
    b"\xfd7zX": ["xz", "-dc"],
}


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with open(sys.argv[1], "rb") as image:
        data = image.read()
    if data[0x202:0x206] != b"HdrS":
        sys.exit(f"{sys.argv[1]} is no bzImage")
    setup_sectors = data[0x1F1] or 4
    offset, length = struct.unpack_from("<II", data, 0x248)
    start = (setup_sectors + 1) * 512 + offset
    # The build appends the decompressed size in four bytes.
    payload = data[start : start + length - 4]
    command = DECOMPRESS.get(payload[:4])
    if command is None:
        sys.exit(f"{sys.argv[1]}: unknown compression {payload[:4].hex()}")
    with open(sys.argv[2], "wb") as vmlinux:
        subprocess.run(command, input=payload, stdout=vmlinux, check=True)


if __name__ == "__main__":
    main()
