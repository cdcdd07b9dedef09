# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# qemu: the emulator that scripts/vm boots a guest in.

# shellcheck source=scripts/lib/message.sh
. "$project/scripts/lib/message.sh"
# shellcheck source=scripts/lib/cache.sh
. "$project/scripts/lib/cache.sh"

# Older ones read code to translate it before they watch its page, so that a CPU may
# keep what another one patches in between: "Oops: int3" where a tracepoint is switched
# under traffic (QEMU's commit deba78709ae8, "Always lock pages before translation").
qemu_good=8.1

# qemu_require: have one that is good enough, downloading if need be, and set qemu to
# its command. Without a network the installed one has to serve.
qemu_require() {
	local version folder
	command -v qemu-system-x86_64 >/dev/null ||
		die "QEMU is missing; scripts/setup vm installs what is needed" 125
	qemu=(qemu-system-x86_64)
	version=$(qemu-system-x86_64 --version | sed -n '1s/.* version \([0-9.]*\).*/\1/p')
	if dpkg --compare-versions "$version" ge "$qemu_good"; then
		return
	fi
	if ! cache_make qemu/bookworm-backports "$project/scripts/lib/fetch-qemu"; then
		warn "cannot download QEMU from bookworm-backports; with $version a guest may fail"
		return
	fi
	folder=$cache_home/qemu/bookworm-backports
	# shellcheck disable=SC2034
	qemu=("$folder/usr/bin/qemu-system-x86_64" -L "$folder/usr/share/qemu" -L /usr/share/seabios)
}
