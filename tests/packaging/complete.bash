#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Usage: complete.bash FILE WORD…
#
# Prints what the completion in FILE offers for the last word, a line each.

set -eu
file=$1
shift
# They rely on unset variables, and on commands that fail.
set +eu
# shellcheck source=/dev/null
. /usr/share/bash-completion/bash_completion
# shellcheck source=/dev/null
. "$file"
# compopt works within a completion alone.
compopt() { :; }

COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
COMP_LINE="$*"
COMP_POINT=${#COMP_LINE}
COMPREPLY=()
read -ra complete < <(complete -p "$1")
for ((i = 0; i < ${#complete[@]}; i++)); do
	[[ ${complete[i]} != -F ]] || "${complete[i + 1]}" "$1" "${!#}" "${@: -2:1}"
done
((${#COMPREPLY[@]} == 0)) || printf '%s\n' "${COMPREPLY[@]}"
