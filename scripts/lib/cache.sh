# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# cache: what is downloaded or built from downloads, kept outside the repository.
# An entry is a folder that appears complete or not at all.

cache_home=${XDG_CACHE_HOME:-$HOME/.cache}/error-report-notify

# cache_make ENTRY COMMAND…: unless ENTRY is there, run "COMMAND… FOLDER", which
# fills FOLDER, and make that the entry. Fails if the command does. Whoever comes
# second waits and finds the entry made.
cache_make() {
	local entry=$cache_home/$1 lock partial
	shift
	[[ -d $entry ]] && return
	mkdir -p "${entry%/*}"
	partial=$entry.partial
	exec {lock}>"$entry.lock"
	flock "$lock"
	if [[ ! -d $entry ]]; then
		# Left behind by one that was killed: nobody else is here now. What it may have
		# mounted there is not ours to remove.
		rm -rf --one-file-system "$partial"
		mkdir "$partial"
		if ! "$@" "$partial"; then
			rm -rf --one-file-system "$partial"
			exec {lock}>&-
			return 1
		fi
		mv -T "$partial" "$entry"
	fi
	exec {lock}>&-
}

# cache_newest FOLDER: the entry in it with the highest version, nothing if none.
cache_newest() {
	find "$cache_home/$1" -mindepth 1 -maxdepth 1 -type d ! -name '*.partial' 2>/dev/null |
		sort -V | tail -n1
}
