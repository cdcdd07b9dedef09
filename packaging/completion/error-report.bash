# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Completion of error-report for bash. Commands and options come from --help, which
# knows them best; only what their values may be stands here.

# _error_report_help [COMMAND]: the words of --help that one can type, a line each:
# commands, or options with what their value is called.
_error_report_help() {
	error-report "$@" --help 2>/dev/null | sed -nE \
		-e '/^Subcommands:/,/^$/s/^  ([a-z]+) .*/\1/p' \
		-e 's/^  (-[a-z],)?(--[a-z-]+) \[?([A-Z]+)([^A-Za-z].*|$)/\2 \3/p;t' \
		-e 's/^  (-[a-z],)?(--[a-z-]+) .*/\2/p'
}

# _error_report_words WORD…: those that begin with what is typed. One that ends in : or
# @ goes on.
_error_report_words() {
	mapfile -t COMPREPLY < <(compgen -W "$*" -- "$cur")
	[[ ${COMPREPLY[0]-} != *[:@] ]] || compopt -o nospace
}

# _error_report_value OPTION: readline takes : and @ for the end of a word, so only what
# is behind the last of them is to be completed.
_error_report_value() {
	local typed=$cur
	cur=${cur##*[:@]}
	case $1:$typed in
	--output:*file:* | --output:*unix:* | --source:replay:*) _filedir ;;
	--output:*@*) _error_report_words stdout file: journald unix: ;;
	--output:*)
		_error_report_words stdout file: journald unix: json@ text@ ecs@ otel@ journal@
		;;
	--format:*) _error_report_words json text ;;
	--source:*) _error_report_words netlink poll sysfs replay: ;;
	--tool:*) _error_report_words kasan kfence warning bug ubsan ;;
	--user:*) mapfile -t COMPREPLY < <(compgen -u -- "$cur") ;;
	--state:* | --metrics:*) _filedir ;;
	esac
}

_error_report() {
	# shellcheck disable=SC2034 # _init_completion fills these, also split.
	local cur prev words cword split word command=()
	_init_completion -s -n :@ || return
	for word in "${words[@]:1:cword-1}"; do
		if [[ $word != -* ]]; then
			command=("$word")
			break
		fi
	done
	if _error_report_help "${command[@]}" | grep -q "^$prev [A-Z]"; then
		_error_report_value "$prev"
	elif [[ $cur == -* ]]; then
		_error_report_words "$(_error_report_help "${command[@]}" | grep -oE '^--\S+')"
	elif ((!${#command[@]})); then
		_error_report_words "$(_error_report_help | grep -v '^-')"
	elif [[ ${command[0]} == record || ${command[0]} == parse ]]; then
		_filedir
	fi
}

complete -F _error_report error-report
