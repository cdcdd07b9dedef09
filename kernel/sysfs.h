/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * /sys/kernel/error_report, the 2021 interface: last_report and report_count,
 * both with poll(POLLPRI). Process context.
 */
#ifndef ERN_SYSFS_H
#define ERN_SYSFS_H

#include <linux/types.h>

/* Return: 0 or a negative errno. */
int ern_sysfs_init(void);

void ern_sysfs_exit(void);

/**
 * ern_sysfs_update() - publish a new count, and the report with it
 * @seq: the last SEQ, for report_count
 * @text: the report's; NULL for a loss, which leaves last_report as it is
 * @len: bytes of @text
 * @cut: @text is not the whole report
 */
void ern_sysfs_update(u64 seq, const char *text, u32 len, bool cut);

#endif /* ERN_SYSFS_H */
