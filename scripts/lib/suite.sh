# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# suite: packages of another suite or architecture than this machine's. Its apt sources
# stay as they are: apt is told of others by a configuration in the cache folder.

# shellcheck source=scripts/lib/message.sh
. "$project/scripts/lib/message.sh"
# shellcheck source=scripts/lib/cache.sh
. "$project/scripts/lib/cache.sh"

# The suites of Debian 12, which this project's guests and roots are of.
suite_bookworm=(bookworm bookworm-updates bookworm-security)

# suite_sources SUITE…: the lines of a sources.list, from where this machine has its
# Debian, which may be a mirror.
suite_sources() {
	local suite codename archive
	for suite; do
		codename=bookworm archive=http://deb.debian.org/debian
		[[ $suite != *-security ]] ||
			codename=bookworm-security archive=http://deb.debian.org/debian-security
		# shellcheck disable=SC2016
		read -r archive < <(APT_CONFIG='' apt-get indextargets --format '$(REPO_URI)' \
			'Origin: Debian' "Codename: $codename" 'Component: main'; echo "$archive")
		echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $archive $suite main"
	done
}

# suite_use NAME ARCHITECTURE SUITE…: what apt, and so package.sh, does from here on is
# about these suites, and prefers backports if they are the last; a package of ARCHITECTURE
# that is not this machine's is named PACKAGE:ARCHITECTURE. Lists are updated once a day. The
# caller has made APT_CONFIG and package_suite local.
suite_use() {
	package_suite=$1
	export APT_CONFIG=$cache_home/apt/$1/apt.conf
	suite_is_of_today || suite_locked suite_begin "${@:2}"
}

# Whether its lists were updated today, or could not be.
suite_is_of_today() {
	[[ $(find "$cache_home/apt/$package_suite/tried" -mtime -1 2>/dev/null) ]]
}

# suite_locked COMMAND…: while nobody else does the like.
suite_locked() {
	local lock status=0
	mkdir -p "$cache_home/apt/$package_suite"
	exec {lock}>"$cache_home/apt/$package_suite/lock"
	flock "$lock"
	"$@" || status=$?
	exec {lock}>&-
	return "$status"
}

# suite_begin ARCHITECTURE SUITE…: configure apt, for readers that may be there already.
suite_begin() {
	local folder=$cache_home/apt/$package_suite
	# Somebody was quicker.
	! suite_is_of_today || return 0
	mkdir -p "$folder"/{lists,archives}/partial
	suite_sources "${@:2}" >"$folder/sources.list.new"
	cat >"$folder/apt.conf.new" <<-END
		Dir::Etc::SourceList "$folder/sources.list";
		Dir::Etc::SourceParts "/dev/null";
		Dir::State::Lists "$folder/lists";
		Dir::State::Status "/dev/null";
		Dir::Cache "$folder";
		APT::Architectures { "$(dpkg --print-architecture)"; "$1"; };
		APT::Sandbox::User "$(id -un)";
	END
	[[ ${*: -1} != *-backports ]] || echo "APT::Default-Release \"${*: -1}\";" >>"$folder/apt.conf.new"
	mv "$folder/sources.list.new" "$folder/sources.list"
	mv "$folder/apt.conf.new" "$folder/apt.conf"
	suite_update_lists || warn "cannot update the package lists of ${*:2}"
	touch "$folder/tried"
}

suite_update_lists() {
	say "Updating the package lists of $package_suite"
	apt-get -q -o APT::Update::Error-Mode=any update >&2 &&
		touch "$cache_home/apt/$package_suite/updated"
}
