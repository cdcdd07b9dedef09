# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# ccache: what was compiled once is in the cache folder.

# shellcheck source=scripts/lib/cache.sh
. "$project/scripts/lib/cache.sh"

export CCACHE_DIR=$cache_home/ccache CCACHE_MAXSIZE=4G
# Objects know their clone's path from its folder alone, and precompiled headers by content.
export CCACHE_BASEDIR=$project CCACHE_NOHASHDIR=yes CCACHE_SLOPPINESS=pch_defines,time_macros
