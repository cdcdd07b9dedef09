# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# package: Debian packages, installed on the host or only unpacked.

# shellcheck source=scripts/lib/message.sh
. "$project/scripts/lib/message.sh"
# shellcheck source=scripts/lib/cache.sh
. "$project/scripts/lib/cache.sh"
# shellcheck source=scripts/lib/suite.sh
. "$project/scripts/lib/suite.sh"

# The suite in use (suite.sh), if not this machine's own.
package_suite=

# as_root COMMAND…: run it as root, through sudo where needed.
as_root() {
	if ((EUID == 0)); then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		complain "needs root for: $*; run that as root, or install sudo"
		return 1
	fi
}

# package_missing PACKAGE…: those of them that are not installed, one a line.
package_missing() {
	local installed
	installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null |
		sed -n 's/ installed$//p') || true
	printf '%s\n' "$@" | grep -vxF -f <(printf '%s\n' "$installed") || true
}

package_update_lists() {
	if [[ $package_suite ]]; then
		suite_locked suite_update_lists
		return
	fi
	say "Updating the package lists"
	as_root apt-get -q update >&2
}

# package_install PACKAGE…: quick when all are there.
package_install() {
	local missing
	mapfile -t missing < <(package_missing "$@")
	((${#missing[@]})) || return 0
	package_update_lists
	say "Installing ${missing[*]}"
	as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get -q -y install --no-install-recommends "${missing[@]}" >&2
}

# package_version PACKAGE: the one that apt would install, as its lists say. Asking
# apt takes most of a second, so the answer is kept until the lists change.
package_version() {
	local answer=$cache_home/versions/$package_suite/$1 lists=/var/lib/apt/lists version
	[[ ! $package_suite ]] || lists=$cache_home/apt/$package_suite/updated
	if [[ ! $answer -nt $lists ]]; then
		version=$(apt-cache show --no-all-versions "$1" 2>/dev/null | sed -n 's/^Version: //p')
		[[ $version ]] || return
		mkdir -p "${answer%/*}"
		echo "$version" >"$answer.$BASHPID"
		mv "$answer.$BASHPID" "$answer"
	fi
	cat "$answer"
}

# package_download FOLDER PACKAGE[=VERSION]…: the .deb files, into FOLDER.
package_download() {
	local folder=$1
	shift
	# Without the option apt warns that its own user cannot write to FOLDER.
	(cd "$folder" && apt-get -q -o APT::Sandbox::User="$(id -un)" download "$@") >&2
}

# package_extract FOLDER ROOT: what the .deb files in FOLDER hold, below ROOT, instead of them.
package_extract() {
	local deb
	for deb in "$1"/*.deb; do
		dpkg-deb -x "$deb" "$2"
	done
	rm "$1"/*.deb
}

# package_can_make_root: or say why not, which is not to be taken for a network's fault.
package_can_make_root() {
	((UID == 0)) || die "needs root, for whom the files of a Debian root are to belong to" 125
	command -v mmdebstrap >/dev/null ||
		die "mmdebstrap is missing; scripts/setup installs it, with the group newest or arm64" 125
}

# package_make_root ARGUMENT…: mmdebstrap with these. What it mounts ends with it, however
# that comes about.
package_make_root() {
	package_can_make_root
	quietly unshare --mount --propagation private mmdebstrap "$@"
}

# package_decompress_modules ROOT RELEASE: a kernel's modules there, once here rather than
# under emulation at each boot, modprobe and depmod: depmod takes half a second instead of seven.
package_decompress_modules() {
	find "$1/lib/modules/$2/kernel" -name '*.ko.xz' -print0 |
		xargs -0 -r -P "$(nproc)" -n 64 xz -d
	depmod -b "$1" "$2"
}

# package_unpack KIND PACKAGE FILL: have what "FILL PACKAGE VERSION FOLDER" makes of
# the package's current version, in the cache's folder KIND, and set package_folder
# to it. Where that cannot be had, an older one from the cache serves.
package_unpack() {
	local kind=$1 package=$2 fill=$3
	if package_unpack_current "$kind" "$package" "$fill"; then
		return
	fi
	# The lists may be missing, or name versions that are gone from the archive.
	if package_update_lists && package_unpack_current "$kind" "$package" "$fill"; then
		return
	fi
	package_folder=$(cache_newest "$kind")
	[[ $package_folder ]] ||
		die "cannot download $package; see that apt-get update and apt-get download $package work here" 125
	warn "cannot download the current $package, using ${package_folder##*/} from the cache"
}

package_unpack_current() {
	local version
	version=$(package_version "$2") || return
	cache_make "$1/$version" "$3" "$2" "$version" || return
	package_folder=$cache_home/$1/$version
}
