#!/bin/zsh
# SPDX-License-Identifier: MIT
#
# Usage: complete.zsh FILE WORD…
#
# Prints what the completion in FILE offers for the last word, a line each. Completion
# takes a terminal, so another shell has one of its own, sources this file as well, and
# has the words typed into it, and a tab. FOLDER in the environment is for what zsh knows of
# all completions; it takes seconds to find out.

setopt extendedglob
file=$1 words=("${@[2,-1]}")

if [[ ! -o interactive ]]; then
	zmodload zsh/zpty
	export OFFERED=$FOLDER/offered
	: >$OFFERED
	zpty shell zsh -f -i
	zpty -w shell " source ${(q)0} ${(q)@}"
	for end in 'ready' 'done'; do
		[[ $end == ready ]] || zpty -w -n shell "$words"$'\t'
		until [[ $line == *"complete.zsh is $end"* ]]; do zpty -r shell line || exit 1; done
	done
	zpty -d shell
	cat $OFFERED
	exit
fi

fpath=($file:h $fpath)
autoload -Uz compinit $file:t
compinit -C -u -d $FOLDER/dump
compdef $file:t $words[1]

# What the completion system is given is what it offers.
compadd() {
	local -a found
	if [[ ${@[1,(i)(-|--)]} == *-[OAD]\ * ]]; then
		builtin compadd "$@"
	else
		builtin compadd -A found "$@"
		((!$#found)) || print -rl -- $found >>$OFFERED
	fi
}

offer() {
	zle list-choices
	print -r -- complete.zsh is 'done'
}
zle -N offer
bindkey '^I' offer
print -r -- complete.zsh is 'ready'
