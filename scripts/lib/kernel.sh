# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# kernel: those that scripts/vm can boot, each a row in kernel_table, and where
# they are kept.

# shellcheck source=scripts/lib/message.sh
. "$project/scripts/lib/message.sh"
# shellcheck source=scripts/lib/package.sh
. "$project/scripts/lib/package.sh"
# shellcheck source=scripts/lib/cache.sh
. "$project/scripts/lib/cache.sh"

# name → how it is had, and what that function is told
declare -A kernel_table=(
	[debian-6.12]='kernel_debian linux-image-6.12-amd64'
	[debian-6.1]='kernel_debian linux-image-amd64'
	[kasan]='kernel_kasan'
)
# The stock kernels, which every change is tested on.
kernel_stock=(debian-6.12 debian-6.1)

# kernel_require NAME: have it, downloading if need be, and set kernel_home,
# kernel_release (uname -r), kernel_vmlinux, kernel_modules (/lib/modules/RELEASE)
# and kernel_kdir (to build modules against).
kernel_require() {
	local row=${kernel_table[$1]-}
	[[ $row ]] || die "unknown kernel '$1'; there are: $(kernel_names)" 125
	kernel_home=
	# shellcheck disable=SC2086
	${row%% *} "$1" ${row#"${row%% *}"}
	kernel_release=$(<"$kernel_home/release")
	kernel_vmlinux=$kernel_home/vmlinux
	kernel_modules=$kernel_home/root/lib/modules/$kernel_release
	kernel_kdir=$kernel_home/$(<"$kernel_home/kdir")
}

kernel_names() {
	printf '%s\n' "${!kernel_table[@]}" | sort | paste -sd' '
}

# kernel_debian NAME META: what Debian's meta package META stands for today. An
# older one from the cache serves when that cannot be had.
kernel_debian() {
	local entry
	if entry=$(kernel_debian_entry "$1" "$2") && [[ -d $cache_home/$entry ]]; then
		kernel_home=$cache_home/$entry
		return
	fi
	# The package lists may be missing, or name versions that are gone.
	if kernel_debian_fetch "$1" "$2" ||
		{ package_update_lists && kernel_debian_fetch "$1" "$2"; }; then
		return
	fi
	kernel_home=$(find "$cache_home/kernels/$1" -mindepth 1 -maxdepth 1 -type d \
		! -name '*.partial' 2>/dev/null | sort -V | tail -n1)
	[[ $kernel_home ]] || die "cannot download $2; check that apt-get update and apt-get download $2 work here" 125
	warn "cannot download the current $2, using ${kernel_home##*/} from the cache"
}

kernel_debian_fetch() {
	local entry image version
	entry=$(kernel_debian_entry "$1" "$2") || return
	read -r image version < <(kernel_debian_current "$2") || return
	cache_make "$entry" "$project/scripts/lib/fetch-debian-kernel" "$image" "$version" || return
	kernel_home=$cache_home/$entry
}

# kernel_debian_entry NAME META: the cache's name for the current version.
kernel_debian_entry() {
	local image version
	read -r image version < <(kernel_debian_current "$2") || return
	echo "kernels/$1/${image#linux-image-}_$version"
}

# kernel_debian_current META: "IMAGE VERSION" as the package lists say. Asking
# apt takes most of a second, so the answer is kept until the lists change.
kernel_debian_current() {
	local answer=$cache_home/current/$1 depends
	if [[ ! $answer -nt /var/lib/apt/lists ]]; then
		depends=$(package_field "$1" Depends) || return
		mkdir -p "${answer%/*}"
		depends=${depends/ (= / }
		echo "${depends%)}" >"$answer.$$"
		mv "$answer.$$" "$answer"
	fi
	cat "$answer"
}

kernel_kasan() {
	die "the $1 kernel is not built yet; use one of ${kernel_stock[*]}" 125
}
