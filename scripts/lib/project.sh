# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# project: where its folders are.

project=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../..")
# shellcheck disable=SC2034
build=$project/build

# project_hash [FILE…]: one word that changes when a file's name or content does.
project_hash() {
	sha256sum "$@" | sha256sum | cut -c1-16
}
