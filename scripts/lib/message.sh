# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# message: what the scripts tell a person. Everything goes to stderr, because the
# stdout of scripts/vm belongs to the command that it runs.

if [[ -t 2 ]]; then
	message_bold=$'\e[1m' message_red=$'\e[31m' message_yellow=$'\e[33m' message_plain=$'\e[0m'
else
	message_bold='' message_red='' message_yellow='' message_plain=''
fi

# A step begins, or something a person waits for.
say() {
	printf '%s==>%s %s\n' "$message_bold" "$message_plain" "$*" >&2
}

warn() {
	printf '%swarning:%s %s\n' "$message_yellow" "$message_plain" "$*" >&2
}

complain() {
	printf '%s%s:%s %s\n' "$message_red" "${0##*/}" "$message_plain" "$*" >&2
}

# die SENTENCE [STATUS]: what failed, on what, and what to do about it.
die() {
	complain "$1"
	exit "${2:-1}"
}

# usage: print the script's own header comment, without its first two lines (the
# interpreter and the licence), as the answer to --help.
usage() {
	sed -n '3,/^$/{/^#/!d;s/^# \{0,1\}//;p}' "$0"
}

# quietly COMMAND…: what it prints is shown if it fails.
quietly() {
	local output status=0
	output=$("$@" 2>&1) || status=$?
	((!status)) || printf '%s\n' "$output" >&2
	return "$status"
}
