# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# module: error_report_notify.ko and the modules of tests/kernel/ and examples/kernel/,
# built for a kernel outside the source tree.

# shellcheck source=scripts/lib/kernel.sh
. "$project/scripts/lib/kernel.sh"

# module_farm FOLDER: make FOLDER a copy of the kernel sources in symbolic links.
# Kbuild writes its objects next to its sources, and 6.12 has no MO= yet to send
# them elsewhere.
module_farm() {
	local file
	module_sources | while read -r file; do
		mkdir -p "$1/${file%/*}"
		ln -sfn "$project/$file" "$1/$file"
	done
	# What went from the source tree would still be found by an #include.
	find "$1" -xtype l -delete
}

# module_sources: what a module build reads, relative to the project.
module_sources() {
	(cd "$project" && find Kbuild VERSION kernel uapi/linux tests/kernel examples/kernel -type f \
		\( -name '*.[chS]' -o -name Kbuild -o -name Makefile -o -name VERSION \) \
		! -name '*.mod.c' -printf './%p\n' 2>/dev/null | LC_ALL=C sort)
}

# module_key: changes with the sources and with the files that know the options.
module_key() {
	(cd "$project" && { module_sources && printf '%s\n' scripts/lib/{module.sh,kernel.sh,in-root}; } |
		tr '\n' '\0' | xargs -0 sha256sum | sha256sum)
}

# module_make FARM ARGUMENT…: run the kernel's build on all modules that the kernel does
# not have built in. W=1 turns on the warnings that the kernel asks of new code.
module_make() {
	local farm=$1 part symbols='' parts=('' /tests/kernel /tests/kernel/lengths /examples/kernel)
	shift
	! grep -qx CONFIG_ERROR_REPORT_NOTIFY=y "$kernel_kdir/include/config/auto.conf" ||
		parts=(/tests/kernel)
	for part in "${parts[@]}"; do
		# So that a WARN does not name the farm.
		"${kernel_make[@]}" M="$farm$part" W=1 -j"$(nproc)" \
			KCFLAGS="-fmacro-prefix-map=$farm/=" \
			KBUILD_EXTRA_SYMBOLS="$symbols" \
			"$@" modules || return
		# What the others use of it.
		[[ $part ]] || symbols=$farm/Module.symvers
	done
}

# module_warnings LOG: the lines of a build's log that count as failure. That the
# compiler's package is a revision newer than the kernel's does not.
module_warnings() {
	grep -iE '(warning|error):' "$1" |
		grep -v 'warning: the compiler differs from the one used to build the kernel'
}

# module_build FARM LOG ARGUMENT…: all modules against kernel_kdir, if anything
# they are made of changed; make gets the arguments. Fails on any warning. Sets
# module_built to yes or no.
module_build() {
	local farm=$1 log=$2 key
	shift 2
	mkdir -p "$farm"
	key="$kernel_home $(module_key)"
	module_built=no
	if [[ -e $farm/.built && $(<"$farm/.built") == "$key" ]]; then
		return
	fi
	# Objects made against other headers are of no use.
	if [[ -e $farm/.kdir && $(<"$farm/.kdir") != "$kernel_kdir" ]]; then
		rm -rf "$farm"
		mkdir -p "$farm"
	fi
	rm -f "$farm/.built"
	echo "$kernel_kdir" >"$farm/.kdir"
	module_farm "$farm"
	module_make "$farm" "$@" >"$log" 2>&1 || return
	! module_warnings "$log" >/dev/null || return
	echo "$key" >"$farm/.built"
	module_built=yes
}
