# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# The reports of the project's own guests, for scripts/golden and scripts/lib/test-fingerprint.
# shellcheck disable=SC2154 # project and build are project.sh's

# golden_logs NAME FOLDER [OPTION…]: boot the guest that tests/golden/NAME is of, with these
# options of scripts/vm, and split what it says at its lines "### KIND" into FOLDER/KIND.log.
golden_logs() {
	local guest=(--kernel "$1") append=${golden_append-}
	case $1 in
	arm64-kasan-hw-tags-*)
		guest=(--arch arm64 --kernel kasan-hw-tags)
		append+=" kasan.mode=${1##*-}"
		;;
	arm64-*) guest=(--arch arm64 --kernel "${1#arm64-}") ;;
	esac
	mkdir -p "$2"
	rm -f "$2"/*.log "$2"/*.json
	"$project/scripts/vm" "${guest[@]}" --append "$append" \
		"${@:3}" -- "$project/scripts/lib/golden-guest" |
		sed -u "s|$build/module/[^/]*/||g" |
		awk -v folder="$2" '/^### / { file = folder "/" $2 ".log"; next } { print > file }'
}

# golden_parse FOLDER: what error-report parse makes of each log there, beside it.
golden_parse() {
	local log
	for log in "$1"/*.log; do
		[[ -e $log ]] || continue
		# From its folder, because a line names its file.
		(cd "$1" && "$build/tool/error-report" parse --max-line 0 "${log##*/}") >"${log%.log}.json"
	done
}
