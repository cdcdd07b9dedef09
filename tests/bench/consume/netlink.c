// SPDX-License-Identifier: MIT
/* The least that a subscriber can be: no library, one system call a report. */
#include "consume.h"

#include <errno.h>
#include <linux/error_report.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* As error-report listen has it. */
#define RECEIVE_BUFFER (8 << 20)

static char buffer[LONGEST] __attribute__((aligned(NLMSG_ALIGNTO)));

static const struct nlattr *next(const struct nlattr *attribute)
{
	return (const void *)((const char *)attribute + NLA_ALIGN(attribute->nla_len));
}

static const void *payload(const struct nlattr *attribute)
{
	return attribute + 1;
}

/* The attribute of that type among those from first to end, or NULL. */
static const struct nlattr *find(const struct nlattr *first, const void *end, int type)
{
	for (; (const char *)first + sizeof(*first) <= (const char *)end &&
	       first->nla_len >= sizeof(*first);
	     first = next(first))
		if ((first->nla_type & NLA_TYPE_MASK) == type)
			return first;
	return NULL;
}

static const struct nlattr *attributes(const struct nlmsghdr *message)
{
	return (const void *)((const char *)NLMSG_DATA(message) + GENL_HDRLEN);
}

static const void *end_of(const struct nlmsghdr *message)
{
	return (const char *)message + message->nlmsg_len;
}

/* The multicast group's number, from the answer to CTRL_CMD_GETFAMILY; 0 if it has none. */
static uint32_t group_of(const struct nlmsghdr *answer)
{
	const struct nlattr *groups, *group, *id;

	groups = find(attributes(answer), end_of(answer), CTRL_ATTR_MCAST_GROUPS);
	if (answer->nlmsg_type == NLMSG_ERROR || !groups)
		return 0;
	group = payload(groups); /* there is one */
	id = find(payload(group), next(group), CTRL_ATTR_MCAST_GRP_ID);
	return id ? *(const uint32_t *)payload(id) : 0;
}

static uint32_t resolve(int socket)
{
	struct {
		struct nlmsghdr header;
		struct genlmsghdr generic;
		struct nlattr attribute;
		char name[16]; /* the family's, at a multiple of NLA_ALIGNTO */
	} request = {
		.header = {sizeof(request), GENL_ID_CTRL, NLM_F_REQUEST, 1, 0},
		.generic = {CTRL_CMD_GETFAMILY, 1, 0},
		.attribute = {sizeof(struct nlattr) + sizeof(ERROR_REPORT_FAMILY_NAME),
			      CTRL_ATTR_FAMILY_NAME},
		.name = ERROR_REPORT_FAMILY_NAME,
	};

	if (send(socket, &request, sizeof(request), 0) < 0 ||
	    recv(socket, buffer, sizeof(buffer), 0) < 0)
		fail("generic netlink");
	return group_of((const void *)buffer);
}

void consume_netlink(void)
{
	struct iovec part = {buffer, sizeof(buffer)};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	int size = RECEIVE_BUFFER;
	uint32_t group = resolve(fd);
	uint64_t number;

	errno = ENOENT;
	if (!group || setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		fail("the group of error_report");
	ready();
	while (!stopped) {
		const struct nlmsghdr *received = (const void *)buffer;
		const struct nlattr *text, *seq;

		if (recvmsg(fd, &message, 0) < 0) /* ENOBUFS: some were dropped, as SEQ tells */
			continue;
		if (((const struct genlmsghdr *)NLMSG_DATA(received))->cmd !=
		    ERROR_REPORT_CMD_REPORT_NTF)
			continue;
		text = find(attributes(received), end_of(received), ERROR_REPORT_A_TEXT);
		if (text)
			take_report(now(), payload(text), text->nla_len - sizeof(*text) - 1);
		seq = find(attributes(received), end_of(received), ERROR_REPORT_A_SEQ);
		if (!seq)
			continue;
		memcpy(&number, payload(seq), sizeof(number)); /* aligned to 4 bytes only */
		note_number(number);
	}
	close(fd);
}
