/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The generic netlink family: multicast, history and status for user space.
 * uapi/linux/error_report.h is the protocol. Everything here is for process
 * context.
 */
#ifndef ERN_NETLINK_H
#define ERN_NETLINK_H

#include <linux/types.h>

struct ern_entry;
struct ern_history;
struct ern_limits;

/**
 * ern_netlink_init() - register the family
 * @history: to answer from, outlives ern_netlink_exit()
 * @limits: to tell in STATUS_GET, likewise
 *
 * Return: 0 or what genl_register_family() says.
 */
int ern_netlink_init(struct ern_history *history, const struct ern_limits *limits);

/**
 * ern_netlink_exit() - unregister the family, and wait for whoever it answers
 */
void ern_netlink_exit(void);

/**
 * ern_netlink_send_report() - multicast a report
 * @entry: the report, which does not change meanwhile
 *
 * Return: 0, also without subscribers; or an error for want of memory, and then
 * the subscribers were told with ENOBUFS.
 */
int ern_netlink_send_report(const struct ern_entry *entry);

/**
 * ern_netlink_send_loss() - multicast a range of lost reports
 * @first: SEQ of the first
 * @last: SEQ of the last, inclusive
 * @causes: ERROR_REPORT_CAUSE_*
 *
 * Return: as ern_netlink_send_report().
 */
int ern_netlink_send_loss(u64 first, u64 last, u32 causes);

#endif /* ERN_NETLINK_H */
