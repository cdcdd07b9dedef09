# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# package: Debian packages, installed on the host or only unpacked.

# shellcheck source=scripts/lib/message.sh
. "$project/scripts/lib/message.sh"

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

# package_field PACKAGE FIELD: of the version that apt would install; fails when
# apt knows no such package.
package_field() {
	local text
	text=$(apt-cache show --no-all-versions "$1" 2>/dev/null) || return 1
	sed -n "s/^$2: //p" <<<"$text" | grep -m1 .
}

# package_download FOLDER PACKAGE[=VERSION]…: the .deb files, into FOLDER.
package_download() {
	local folder=$1
	shift
	# Without the option apt warns that its own user cannot write to FOLDER.
	(cd "$folder" && apt-get -q -o APT::Sandbox::User="$(id -un)" download "$@") >&2
}
