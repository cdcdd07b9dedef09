// SPDX-License-Identifier: GPL-2.0-only
#include "detectors.h"

static const char cut_here[] = "------------[ cut here ]------------";
static const char end_trace[] = "---[ end trace ";
static const char rule[] = "==================================================================";

/*
 * A new detector is one row. Where a record fits two rows, the one that fires
 * the event wins: a WARN may print any message in front of its own headline.
 */
static const struct ern_detector detectors[] = {
	{ "kasan", "BUG: KASAN: ", ERN_MARK_RULE, true },	/* mm/kasan/report.c */
	{ "kfence", "BUG: KFENCE: ", ERN_MARK_RULE, true },	/* mm/kfence/report.c */
	{ "warning", "WARNING: ", ERN_MARK_CUT_HERE, true },	/* kernel/panic.c */
	{ "bug", "kernel BUG at ", ERN_MARK_CUT_HERE, false },	/* lib/bug.c */
	{ "ubsan", "UBSAN: ", ERN_MARK_CUT_HERE, false },	/* lib/ubsan.c */
};

static bool begins(const char *text, size_t len, const char *prefix, size_t prefix_len)
{
	return len >= prefix_len && !memcmp(text, prefix, prefix_len);
}

enum ern_mark ern_mark(const char *text, size_t len)
{
	if (len == sizeof(cut_here) - 1 && !memcmp(text, cut_here, len))
		return ERN_MARK_CUT_HERE;
	if (len == sizeof(rule) - 1 && !memcmp(text, rule, len))
		return ERN_MARK_RULE;
	if (begins(text, len, end_trace, sizeof(end_trace) - 1))
		return ERN_MARK_END_TRACE;
	return ERN_MARK_NONE;
}

const struct ern_detector *ern_detector_by_headline(enum ern_mark opens, const char *text,
						    size_t len)
{
	const struct ern_detector *d;

	for (d = detectors; d < detectors + ARRAY_SIZE(detectors); d++)
		if (d->opens == opens && begins(text, len, d->headline, strlen(d->headline)))
			return d;
	return NULL;
}

const struct ern_detector *ern_detector_by_tool(const char *tool)
{
	const struct ern_detector *d;

	for (d = detectors; d < detectors + ARRAY_SIZE(detectors); d++)
		if (!strcmp(d->tool, tool))
			return d;
	return NULL;
}
