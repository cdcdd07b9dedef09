# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# arm64-root: a Debian of that architecture, which guests have as root, and which the tool
# is compiled and linked against.

# shellcheck source=scripts/lib/package.sh
. "$project/scripts/lib/package.sh"

# arm64_root: prints its folder.
arm64_root() {
	local entry
	entry=arm64-root/$(cd "$project" && project_hash scripts/lib/make-arm64-root)
	[[ -d $cache_home/$entry ]] || package_can_make_root
	cache_make "$entry" "$project/scripts/lib/make-arm64-root" || return
	echo "$cache_home/$entry"
}
