# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# qemu: the emulator that scripts/vm boots a guest in.

# shellcheck source=scripts/lib/message.sh
. "$project/scripts/lib/message.sh"
# shellcheck source=scripts/lib/cache.sh
. "$project/scripts/lib/cache.sh"

declare -A qemu_programs=([x86]=qemu-system-x86_64 [arm64]=qemu-system-aarch64)

# Older ones read code to translate it before they watch its page, so that a CPU may
# keep what another one patches in between: "Oops: int3" where a tracepoint is switched
# under traffic (QEMU's commit deba78709ae8, "Always lock pages before translation"). For
# arm64, 7.2 mis-tags objects of a page's size with MTE, and 10 does not.
declare -A qemu_good=([x86]=8.1 [arm64]=10)

# qemu_require ARCH: have one for x86 or arm64 that is good enough, downloading if need be,
# and set qemu to its command. Without a network the installed one has to serve.
qemu_require() {
	local program=${qemu_programs[$1]} folder=$cache_home/qemu/x86-arm64 version
	command -v "$program" >/dev/null ||
		die "$program is missing; scripts/setup ${1/x86/vm} installs what is needed" 125
	qemu=("$program")
	version=$("$program" --version | sed -n '1s/.* version \([0-9.]*\).*/\1/p')
	if dpkg --compare-versions "$version" ge "${qemu_good[$1]}"; then
		return
	fi
	if ! cache_make qemu/x86-arm64 "$project/scripts/lib/fetch-qemu"; then
		warn "cannot download QEMU from bookworm-backports; with $version a guest may fail"
		return
	fi
	# shellcheck disable=SC2034
	qemu=("$folder/usr/bin/$program" -L "$folder/usr/share/qemu" -L /usr/share/seabios)
}
