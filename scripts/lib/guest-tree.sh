# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# guest-tree: the files that a guest is given beside the host's root: its
# /lib/modules and its initramfs.

# shellcheck source=scripts/lib/kernel.sh
. "$project/scripts/lib/kernel.sh"

# guest_modules KERNEL FARM: prints a folder to stand at /lib/modules in the
# guest: the kernel's own modules, those built in FARM, and depmod's lists, made
# here because depmod is slow under emulation. The name follows the content, so
# that a build does not change it under a guest that runs.
guest_modules() {
	local farm=$2 folder key module modules=()
	for module in "$farm"/{,tests/kernel/,tests/kernel/lengths/,examples/kernel/}*.ko; do
		[[ ! -e $module ]] || modules+=("$module")
	done
	key=$(project_hash "$kernel_home/release" "${modules[@]}")
	folder=$build/guest/$1/modules-$key
	if [[ ! -d $folder ]]; then
		mkdir -p "${folder%/*}"
		local partial tree file
		partial=$(mktemp -d "$folder.XXXXXX")
		tree=$partial/lib/modules/$kernel_release
		mkdir -p "$tree/updates"
		for file in kernel modules.order modules.builtin modules.builtin.modinfo build; do
			# All may be built in.
			[[ ! -e $kernel_modules/$file ]] || ln -s "$kernel_modules/$file" "$tree/$file"
		done
		((${#modules[@]} == 0)) || cp "${modules[@]}" "$tree/updates/"
		depmod -b "$partial" "$kernel_release"
		chmod 755 "$partial"
		# Another run may have been quicker; then its folder is as good.
		mv -T "$partial" "$folder" 2>/dev/null || rm -rf "$partial"
		guest_modules_prune "${folder%/*}"
	fi
	touch "$folder"
	echo "$folder/lib/modules"
}

# guest_modules_prune FOLDER: drop what no guest of today uses.
guest_modules_prune() {
	find "$1" -mindepth 1 -maxdepth 1 -name 'modules-*' -mtime +0 -exec rm -rf {} +
}

# What it takes to mount the host's root and to talk to it. Where a kernel has one
# built in, modprobe says so and there is nothing to pack.
guest_needs=(virtio_pci virtio_console 9pnet_virtio 9p overlay virtio_rng)

# guest_initramfs FOLDER BUSYBOX: pack FOLDER/initramfs from the kernel's modules and
# from FOLDER/run, which lands as /run/guest in the guest.
guest_initramfs() {
	local root=$1/initramfs.root module
	mkdir -p "$root"/{bin,lib,dev,proc,sys,host,overlay,root}
	cp "$2" "$root/bin/busybox"
	cp "$project/scripts/lib/guest-init" "$root/init"
	cp -r "$1/run" "$root/run"
	cp "$project/scripts/lib/guest-run" "$root/run/"
	: >"$root/modules"
	modprobe -d "$kernel_home/root" -S "$kernel_release" -a --show-depends "${guest_needs[@]}" |
		awk '$1 == "insmod" && !seen[$2]++ { print $2 }' |
		while read -r module; do
			cp "$module" "$root/lib/"
			echo "${module##*/}" >>"$root/modules"
		done
	(cd "$root" && find . | cpio -o -H newc --quiet -R 0:0) >"$1/initramfs"
	rm -r "$root"
}
