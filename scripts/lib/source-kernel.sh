# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# source-kernel: a kernel built from a source archive and fragments of configuration.

# shellcheck source=scripts/lib/message.sh
. "$project/scripts/lib/message.sh"
# Most of one kernel is in the other, too.
# shellcheck source=scripts/lib/ccache.sh
. "$project/scripts/lib/ccache.sh"

# source_kernel_begin SOURCE FOLDER FRAGMENT…: unpack the archive SOURCE in FOLDER/tree.
# The others below do their work there. Of an option that several fragments have, the last
# one's line counts.
source_kernel_begin() {
	local needed
	for needed in /usr/bin/flex /usr/bin/bison /usr/bin/bc /usr/include/gelf.h; do
		[[ -e $needed ]] || die "$needed is missing; scripts/setup kasan installs what is needed"
	done
	archive=$1 folder=$(realpath "$2") fragment=$folder/fragment
	awk '
		match($0, /CONFIG_[A-Za-z0-9_]+/) { option = substr($0, RSTART, RLENGTH) }
		/^(# )?CONFIG_/ { line[option] = $0 }
		END { for (option in line) print line[option] }' "${@:3}" >"$fragment"
	tree=$folder/tree log=$folder/log
	say "Unpacking ${1##*/}"
	mkdir "$tree"
	tar -xf "$1" -C "$tree" --strip-components=1
}

# source_kernel_patch: with kernel/patches.
source_kernel_patch() {
	local patch
	for patch in "$project"/kernel/patches/*.patch; do
		patch -d "$tree" -p1 --fuzz=0 --force --silent <"$patch" >&2 ||
			die "${patch#"$project/"} does not apply to $archive; rebase the patches on it"
	done
}

# source_kernel_configure: the fragment decides, and what it does not mention is off. A
# line whose dependencies are missing would be dropped without a word.
source_kernel_configure() {
	local dropped
	make -C "$tree" KCONFIG_ALLCONFIG="$fragment" allnoconfig >"$log" 2>&1 || source_kernel_fail
	dropped=$(grep -E '^(# )?CONFIG_' "$fragment" | grep -vxF -f "$tree/.config") || true
	[[ ! $dropped ]] ||
		die "the kernel's configuration does not take these lines:
$dropped"
}

# source_kernel_compile HOST [IMAGE]: the kernel, or the image that is booted in its place, and
# its modules, by a host of that name.
source_kernel_compile() {
	PATH=/usr/lib/ccache:$PATH make -C "$tree" -j"$(($(nproc) + 1))" KBUILD_BUILD_USER=error-report-notify \
		KBUILD_BUILD_HOST="$1" "${2-vmlinux}" modules 2>&1 | source_kernel_progress || source_kernel_fail
}

# source_kernel_progress: a build's output into the log, and every ten seconds how far
# it is.
source_kernel_progress() {
	local line files=0 begin=$SECONDS next=$((SECONDS + 10))
	while IFS= read -r line; do
		echo "$line" >>"$log"
		[[ ! $line =~ ^\ +(CC|AS)\  ]] || ((++files))
		if ((SECONDS >= next)); then
			say "$files files compiled in $((SECONDS - begin)) s"
			next=$((SECONDS + 10))
		fi
	done
}

source_kernel_fail() {
	tail -n40 "$log" >&2
	die "the kernel did not build; the end of the build's output is above"
}

# source_kernel_lay_out: keep what it takes to boot the kernel and to build modules for
# it, and set kdir, relative to FOLDER, to where that is built.
source_kernel_lay_out() {
	local release
	say "Keeping what it takes to boot the kernel and to build modules for it"
	release=$(make -s -C "$tree" kernelrelease)
	kdir=root/lib/modules/$release/build
	{
		"${CROSS_COMPILE-}strip" -o "$folder/vmlinux" "$tree/vmlinux" &&
			make -C "$tree" INSTALL_MOD_PATH="$folder/root" modules_install &&
			# It links to the tree.
			rm "$folder/$kdir" &&
			# As for the kernel's own packages of headers.
			make -C "$tree" run-command \
				KBUILD_RUN_COMMAND="\$(srctree)/scripts/package/install-extmod-build $folder/$kdir"
	} >>"$log" 2>&1 || source_kernel_fail
	echo "$kdir" >"$folder/kdir"
	echo "$release" >"$folder/release"
}

source_kernel_end() {
	rm -r "$tree" "$log" "$fragment"
}
