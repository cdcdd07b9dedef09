/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which printed records open, name and close a report. Pure.
 */
#ifndef ERN_DETECTORS_H
#define ERN_DETECTORS_H

#include "port.h"

/* A record that is no part of a report's text but says where one is; or what stands for one. */
enum ern_mark {
	ERN_MARK_NONE,
	ERN_MARK_CUT_HERE,	/* opens a report */
	ERN_MARK_END_TRACE,	/* the footer of what CUT_HERE opened */
	ERN_MARK_RULE,		/* 66 '=', in front of a report and behind it */
	ERN_MARK_BEGIN,		/* no record, but error_report_begin() */
};

/**
 * struct ern_detector - one kind of report
 * @tool: the report's TOOL
 * @headline: how the record begins that tells this kind
 * @opens: ERN_MARK_CUT_HERE or ERN_MARK_RULE, the record in front of it
 * @fires_event: error_report_end follows; without it the footer is the end
 */
struct ern_detector {
	const char *tool;
	const char *headline;
	enum ern_mark opens;
	bool fires_event;
};

/**
 * ern_mark() - tell whether a whole record is a mark
 * @text: the record, not NUL-terminated
 * @len: its length in bytes
 *
 * Any context.
 */
enum ern_mark ern_mark(const char *text, size_t len);

/**
 * ern_detector_by_headline() - tell the kind of report that a record announces
 * @opens: what opened the report
 * @text: a whole record, not NUL-terminated
 * @len: its length in bytes
 *
 * Any context. Return: the detector, or NULL.
 */
const struct ern_detector *ern_detector_by_headline(enum ern_mark opens, const char *text,
						    size_t len);

/**
 * ern_detector_by_tool() - find a detector by its name
 * @tool: as in TOOL
 *
 * Any context. Return: the detector, or NULL.
 */
const struct ern_detector *ern_detector_by_tool(const char *tool);

#endif /* ERN_DETECTORS_H */
