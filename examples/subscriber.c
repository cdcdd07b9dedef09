// SPDX-License-Identifier: MIT
/*
 * The least there is to it: prints each error report of the kernel, and what was lost, from
 * now on. Needs CAP_SYS_ADMIN. See subscriber.cpp for how to miss nothing.
 */
#include <inttypes.h>
#include <linux/error_report.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <stdio.h>

static void print_report(struct genlmsghdr *header)
{
	/* Strings are NUL-terminated then; a newer kernel's other attributes are skipped. */
	static struct nla_policy policy[ERROR_REPORT_A_MAX + 1] = {
		[ERROR_REPORT_A_SEQ] = { .type = NLA_U64 },
		[ERROR_REPORT_A_TOOL] = { .type = NLA_STRING },
		[ERROR_REPORT_A_TEXT] = { .type = NLA_STRING },
	};
	struct nlattr *a[ERROR_REPORT_A_MAX + 1];

	if (nla_parse(a, ERROR_REPORT_A_MAX, genlmsg_attrdata(header, 0),
		      genlmsg_attrlen(header, 0), policy) < 0)
		return;
	if (a[ERROR_REPORT_A_SEQ] && a[ERROR_REPORT_A_TOOL] && a[ERROR_REPORT_A_TEXT])
		printf("%" PRIu64 " %s\n%s\n", nla_get_u64(a[ERROR_REPORT_A_SEQ]),
		       nla_get_string(a[ERROR_REPORT_A_TOOL]),
		       nla_get_string(a[ERROR_REPORT_A_TEXT]));
}

static int on_message(struct nl_msg *message, void *unused)
{
	struct genlmsghdr *header = genlmsg_hdr(nlmsg_hdr(message));

	(void)unused;
	if (header->cmd == ERROR_REPORT_CMD_REPORT_NTF)
		print_report(header);
	else if (header->cmd == ERROR_REPORT_CMD_LOST_NTF)
		puts("reports were lost");
	fflush(stdout);
	return NL_OK;
}

int main(void)
{
	struct nl_sock *socket = nl_socket_alloc();
	int error = genl_connect(socket);

	if (!error)
		error = genl_ctrl_resolve_grp(socket, ERROR_REPORT_FAMILY_NAME,
					      ERROR_REPORT_MCGRP_REPORTS);
	if (error >= 0)
		error = nl_socket_add_membership(socket, error);
	if (error < 0) {
		nl_perror(error, "cannot subscribe (is error_report_notify loaded?)");
		return 1;
	}
	/* What is multicast answers no request of ours. */
	nl_socket_disable_seq_check(socket);
	nl_socket_modify_cb(socket, NL_CB_VALID, NL_CB_CUSTOM, on_message, NULL);
	fputs("subscribed\n", stderr);
	/* NLE_NOMEM is libnl's word for ENOBUFS. */
	while ((error = nl_recvmsgs_default(socket)) >= 0 || error == -NLE_NOMEM)
		if (error < 0)
			puts("we were too slow, some reports did not come");
	nl_perror(error, "cannot receive");
	return 1;
}
