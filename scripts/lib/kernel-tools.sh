# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# kernel-tools: what the kernel's source tree offers to check code with.

# shellcheck source=scripts/lib/package.sh
. "$project/scripts/lib/package.sh"

# kernel_tools_require: have them and set kernel_tools to their folder.
kernel_tools_require() {
	package_unpack kernel-tools linux-source-6.12 "$project/scripts/lib/fetch-kernel-tools"
	# shellcheck disable=SC2034
	kernel_tools=$package_folder
}
