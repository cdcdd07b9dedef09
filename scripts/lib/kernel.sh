# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# kernel: those that the module is built for, each a row in kernel_table, and where
# they are kept.

# shellcheck source=scripts/lib/message.sh
. "$project/scripts/lib/message.sh"
# shellcheck source=scripts/lib/package.sh
. "$project/scripts/lib/package.sh"

# name → how it is had, and what that function is told
declare -A kernel_table=(
	[debian-6.12]='kernel_debian linux-image-6.12-amd64'
	[debian-6.1]='kernel_debian linux-image-amd64'
	[debian-newest]='kernel_newest linux-image-amd64'
	[arm64-debian-6.12]='kernel_debian_arm64 linux-image-6.12-arm64:arm64'
	[kasan]='kernel_source linux-source-6.12 tests/kernel/guest.config tests/kernel/kasan.config
		kernel/patches'
	# The same with the module in its tree and built in
	[built-in]='kernel_source linux-source-6.12 tests/kernel/guest.config
		tests/kernel/kasan.config tests/kernel/built-in.config kernel uapi packaging/in-tree scripts/in-tree
		Kbuild VERSION docs/ABI examples/kernel'
	# A program, which scripts/vm cannot boot; scripts/lib/bench-um runs it.
	[um]='kernel_source linux-source-6.12 tests/kernel/um.config'
	[arm64-kasan-hw-tags]='kernel_source linux-source-6.12 tests/kernel/guest.config
		tests/kernel/arm64-kasan-hw-tags.config'
)
# The stock kernels, which every change is tested on.
kernel_stock=(debian-6.12 debian-6.1)

# kernel_require NAME: have it, downloading if need be, and set kernel_home,
# kernel_release (uname -r), kernel_vmlinux, kernel_modules (/lib/modules/RELEASE),
# kernel_arch (as in arch/ of the kernel's tree), kernel_kdir (to build modules against) and
# kernel_make (how make is called then).
kernel_require() {
	local row=${kernel_table[$1]-}
	[[ $row ]] || die "unknown kernel '$1'; there are: $(kernel_names)" 125
	[[ $1 != arm64-* ]] || command -v aarch64-linux-gnu-gcc >/dev/null ||
		die "aarch64-linux-gnu-gcc is missing; scripts/setup arm64 installs what is needed" 125
	kernel_home=
	# shellcheck disable=SC2086
	${row%% *} "$1" ${row#"${row%% *}"}
	kernel_release=$(<"$kernel_home/release")
	kernel_vmlinux=$kernel_home/vmlinux
	kernel_modules=$kernel_home/root/lib/modules/$kernel_release
	kernel_kdir=$kernel_home/$(<"$kernel_home/kdir")
	kernel_arch=x86 kernel_make=(make -C "$kernel_kdir")
	case $1 in
	um) kernel_make+=(ARCH=um) ;;
	arm64-*)
		kernel_arch=arm64
		kernel_make+=(ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu-)
		;;
	debian-newest)
		kernel_make=("$project/scripts/lib/in-root" "$kernel_home/root"
			make -C "${kernel_kdir#"$kernel_home/root"}")
		;;
	esac
}

kernel_names() {
	printf '%s\n' "${!kernel_table[@]}" | sort | paste -sd' '
}

# kernel_debian NAME META: what Debian's meta package META stands for today.
kernel_debian() {
	package_unpack "kernels/$1" "$2" "$project/scripts/lib/fetch-debian-kernel"
	kernel_home=$package_folder
}

# kernel_newest NAME META: the same of the suite whose kernels are the newest of all that
# Debian offers to who runs a stable release.
kernel_newest() {
	local -x APT_CONFIG
	local package_suite kind
	kind=kernels/$1/$(cd "$project" && project_hash scripts/lib/fetch-newest-kernel)
	[[ $(cache_newest "$kind") ]] || package_can_make_root
	suite_use trixie-backports "$(dpkg --print-architecture)" trixie trixie-backports
	package_unpack "$kind" "$2" "$project/scripts/lib/fetch-newest-kernel"
	kernel_home=$package_folder
}

# kernel_debian_arm64 NAME META:arm64
kernel_debian_arm64() {
	local -x APT_CONFIG
	local package_suite
	suite_use bookworm-arm64 arm64 "${suite_bookworm[@]}"
	kernel_debian "$@"
}

# kernel_source NAME SOURCE FILE…: built by build-NAME-kernel from what Debian's package
# SOURCE holds today, anew when that or what we add to it changes: a FILE of the
# project's, or those in a folder.
kernel_source() {
	local builder=scripts/lib/build-$1-kernel added entry
	package_unpack "sources/$2" "$2" "$project/scripts/lib/fetch-source"
	added=$(cd "$project" && find "$builder" scripts/lib/source-kernel.sh "${@:3}" -type f |
		LC_ALL=C sort | xargs sha256sum | project_hash)
	entry=kernels/$1/${package_folder##*/}-$added
	cache_make "$entry" "$project/$builder" "$package_folder/$2.tar.xz" ||
		die "there is no $1 kernel; why is said above" 125
	kernel_home=$cache_home/$entry
}
