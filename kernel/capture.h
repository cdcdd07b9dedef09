/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The probes: who prints what, handed to the assembler.
 */
#ifndef ERN_CAPTURE_H
#define ERN_CAPTURE_H

#include <linux/types.h>

struct ern_assembler;

/**
 * ern_capture_start() - find the trace events and attach to them
 * @assembler: gets what they say, and outlives ern_capture_stop()
 * @use_start_event: attach to error_report_start where the kernel has it
 * @kick: called by a probe, in any context with preemption off, when a report
 *	began, ended or was lost
 *
 * Process context. Return: 0; -ENOENT, with a line in the log, if a trace event
 * is missing; or what tracepoint_probe_register() says.
 */
int ern_capture_start(struct ern_assembler *assembler, bool use_start_event, void (*kick)(void));

/**
 * ern_capture_stop() - detach, and wait until no probe runs
 *
 * Process context.
 */
void ern_capture_stop(void);

/**
 * ern_capture_has_start_event() - whether error_report_start is attached
 */
bool ern_capture_has_start_event(void);

#endif /* ERN_CAPTURE_H */
