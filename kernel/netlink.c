// SPDX-License-Identifier: GPL-2.0-only
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/module.h>
#include <linux/net.h>
#include <linux/user_namespace.h>
#include <net/genetlink.h>
#include <net/net_namespace.h>
#include <net/sock.h>

#include "capture.h"
#include "compat.h"
#include "history.h"
#include "netlink.h"

/* A lock is held for so many entries at a time while a reader looks for its own. */
#define STEPS	64u

static struct genl_family family;
static struct ern_history *history;
static const struct ern_limits *limits;

static const struct genl_multicast_group groups[] = {
	/* Text and id hold kernel pointers. */
	{ .name = ERROR_REPORT_MCGRP_REPORTS, .flags = GENL_MCAST_CAP_SYS_ADMIN },
};

static const struct nla_policy seq_policy[ERROR_REPORT_A_SEQ + 1] = {
	[ERROR_REPORT_A_SEQ] = NLA_POLICY_MIN(NLA_U64, 1),
};

static size_t report_size(u32 text_len)
{
	return 5 * nla_total_size(sizeof(u32)) + 5 * nla_total_size_64bit(sizeof(u64)) +
	       nla_total_size(ERN_TOOL_LEN) + nla_total_size(ERN_COMM_LEN) +
	       nla_total_size(text_len + 1);
}

static int put_report(struct sk_buff *skb, const struct ern_entry *entry)
{
	const struct ern_report *r = &entry->report;
	const u32 no_id = ERROR_REPORT_FLAG_NO_EVENT | ERROR_REPORT_FLAG_UNTERMINATED;

	if (nla_put_u64_64bit(skb, ERROR_REPORT_A_SEQ, entry->seq, ERROR_REPORT_A_PAD) ||
	    nla_put_u64_64bit(skb, ERROR_REPORT_A_INSTANCE, history->instance,
			      ERROR_REPORT_A_PAD) ||
	    nla_put_string(skb, ERROR_REPORT_A_TOOL, r->tool) ||
	    (!(r->flags & no_id) &&
	     nla_put_u64_64bit(skb, ERROR_REPORT_A_ID, r->id, ERROR_REPORT_A_PAD)) ||
	    nla_put(skb, ERROR_REPORT_A_TEXT, entry->text_len + 1, entry->text) ||
	    nla_put_u32(skb, ERROR_REPORT_A_TEXT_LEN, r->text_len) ||
	    nla_put_u32(skb, ERROR_REPORT_A_FLAGS, r->flags) ||
	    nla_put_u64_64bit(skb, ERROR_REPORT_A_TIME_REAL, r->time_real, ERROR_REPORT_A_PAD) ||
	    nla_put_u64_64bit(skb, ERROR_REPORT_A_TIME_BOOT, r->time_boot, ERROR_REPORT_A_PAD) ||
	    nla_put_u32(skb, ERROR_REPORT_A_CPU, r->cpu) ||
	    nla_put_u32(skb, ERROR_REPORT_A_PID, r->pid) ||
	    nla_put_string(skb, ERROR_REPORT_A_COMM, r->comm) ||
	    nla_put_u32(skb, ERROR_REPORT_A_CONTEXT, r->context))
		return -EMSGSIZE;
	return 0;
}

/* Sends @skb to the group and takes it; without one, says that it is missing. */
static int multicast(struct sk_buff *skb)
{
	int err = -ENOBUFS;

	if (skb)
		err = genlmsg_multicast(&family, skb, 0, 0, GFP_KERNEL);
	if (!err || err == -ESRCH)
		return 0;
	genl_set_err(&family, &init_net, 0, 0, -ENOBUFS);
	return err;
}

int ern_netlink_send_report(const struct ern_entry *entry)
{
	struct sk_buff *skb;
	void *header;

	/* Who joins from here on finds the report in the ring. */
	if (!genl_has_listeners(&family, &init_net, 0))
		return 0;

	skb = genlmsg_new(report_size(entry->text_len), GFP_KERNEL | __GFP_NOWARN);
	if (!skb)
		return multicast(NULL);
	header = genlmsg_put(skb, 0, 0, &family, 0, ERROR_REPORT_CMD_REPORT_NTF);
	if (WARN_ON_ONCE(!header || put_report(skb, entry))) {
		nlmsg_free(skb);
		return multicast(NULL);
	}
	genlmsg_end(skb, header);
	return multicast(skb);
}

int ern_netlink_send_loss(u64 first, u64 last, u32 causes)
{
	struct sk_buff *skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL | __GFP_NOWARN);
	void *header;

	if (!skb)
		return multicast(NULL);
	header = genlmsg_put(skb, 0, 0, &family, 0, ERROR_REPORT_CMD_LOST_NTF);
	nla_put_u64_64bit(skb, ERROR_REPORT_A_LOST_FIRST, first, ERROR_REPORT_A_LOST_PAD);
	nla_put_u64_64bit(skb, ERROR_REPORT_A_LOST_LAST, last, ERROR_REPORT_A_LOST_PAD);
	nla_put_u32(skb, ERROR_REPORT_A_LOST_CAUSE, causes);
	nla_put_u64_64bit(skb, ERROR_REPORT_A_LOST_INSTANCE, history->instance,
			  ERROR_REPORT_A_LOST_PAD);
	genlmsg_end(skb, header);
	return multicast(skb);
}

/*
 * The opener counts, not the caller, so that a listener can drop every
 * capability after it opened its sockets.
 */
static int may_read(struct sk_buff *request, struct netlink_ext_ack *extack)
{
	const struct file *file = NETLINK_CB(request).sk->sk_socket->file;

	if (file && (file_ns_capable(file, &init_user_ns, CAP_SYSLOG) ||
		     file_ns_capable(file, &init_user_ns, CAP_SYS_ADMIN)))
		return 0;
	NL_SET_ERR_MSG(extack,
		       "reading reports takes CAP_SYSLOG (or CAP_SYS_ADMIN) when the socket is opened");
	return -EPERM;
}

/* Calls ern_ring_next() to its end; returns with the lock held. */
static const struct ern_entry *seek(struct ern_cursor *cursor) __acquires(&history->lock)
{
	const struct ern_entry *entry;
	u32 steps;

	for (;;) {
		steps = STEPS;
		raw_spin_lock_irq(&history->lock);
		entry = ern_ring_next(&history->ring, cursor, &steps);
		if (entry || steps)
			return entry;
		raw_spin_unlock_irq(&history->lock);
		cond_resched();
	}
}

static struct ern_cursor begin(u64 seq)
{
	struct ern_cursor cursor;

	raw_spin_lock_irq(&history->lock);
	cursor = ern_ring_begin(&history->ring, seq);
	raw_spin_unlock_irq(&history->lock);
	return cursor;
}

/* The report @seq, where the cursor stands; returns with the lock held. */
static const struct ern_entry *find(struct ern_cursor *cursor, u64 seq)
	__acquires(&history->lock)
{
	const struct ern_entry *entry = seek(cursor);

	return entry && entry->seq == seq ? entry : NULL;
}

static int absent(struct genl_info *info, u64 seq)
{
	u64 evicted, ended;

	raw_spin_lock_irq(&history->lock);
	evicted = history->ring.evicted_seq;
	ended = history->ring.stats.counter[ERN_ENDED];
	raw_spin_unlock_irq(&history->lock);

	if (seq > ended)
		GENL_SET_ERR_MSG(info, "no report has this sequence number yet");
	else if (seq <= evicted)
		GENL_SET_ERR_MSG(info, "the report was evicted from the ring by newer ones");
	else
		GENL_SET_ERR_MSG(info, "the report was lost before it got into the ring");
	return -ENOENT;
}

static int report_get_do(struct sk_buff *request, struct genl_info *info)
{
	const struct ern_entry *entry;
	struct ern_cursor cursor;
	struct sk_buff *skb;
	size_t size;
	void *header;
	u64 seq;
	int err;

	err = may_read(request, info->extack);
	if (err)
		return err;
	if (GENL_REQ_ATTR_CHECK(info, ERROR_REPORT_A_SEQ)) {
		GENL_SET_ERR_MSG(info, "a sequence number is needed (or NLM_F_DUMP, for all)");
		return -EINVAL;
	}
	seq = nla_get_u64(info->attrs[ERROR_REPORT_A_SEQ]);

	cursor = begin(seq);
	entry = find(&cursor, seq);
	size = entry ? report_size(entry->text_len) : 0;
	raw_spin_unlock_irq(&history->lock);
	if (!size)
		return absent(info, seq);

	skb = genlmsg_new(size, GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	header = genlmsg_put_reply(skb, info, &family, 0, ERROR_REPORT_CMD_REPORT_GET);

	/* Again: the lock was not held, and newer reports may have evicted it. */
	entry = find(&cursor, seq);
	err = entry ? put_report(skb, entry) : -ENOENT;
	raw_spin_unlock_irq(&history->lock);
	if (err) {
		nlmsg_free(skb);
		return err == -ENOENT ? absent(info, seq) : err;
	}
	genlmsg_end(skb, header);
	return genlmsg_reply(skb, info);
}

/* What a dump keeps between its messages, in netlink_callback.ctx. */
struct dump {
	struct ern_cursor cursor;
	u64 last;	/* the newest SEQ of its beginning */
};

static int report_get_start(struct netlink_callback *cb)
{
	struct dump *dump = (struct dump *)cb->ctx;
	/* Validated by now; where the parsed ones are depends on the version. */
	struct nlattr *seq = nlmsg_find_attr(cb->nlh, GENL_HDRLEN, ERROR_REPORT_A_SEQ);
	int err;

	BUILD_BUG_ON(sizeof(*dump) > sizeof(cb->ctx));

	err = may_read(cb->skb, cb->extack);
	if (err)
		return err;

	raw_spin_lock_irq(&history->lock);
	dump->cursor = ern_ring_begin(&history->ring, seq ? nla_get_u64(seq) : 0);
	dump->last = history->ring.newest_seq;
	/* Or a large report fails the dump with EMSGSIZE. */
	cb->min_dump_alloc = nlmsg_total_size(GENL_HDRLEN + report_size(history->ring.max_text));
	raw_spin_unlock_irq(&history->lock);

	/* Sets NLM_F_DUMP_INTR when they come to differ, see report_get_dump(). */
	cb->seq = 1;
	cb->prev_seq = 1;
	return 0;
}

/* Puts the next report of the dump. Returns 0, -EMSGSIZE, or -ENOENT at the end. */
static int dump_next(struct sk_buff *skb, struct netlink_callback *cb, struct dump *dump)
{
	const struct ern_entry *entry = seek(&dump->cursor);
	int err = -ENOENT;
	void *header;

	if (dump->cursor.skipped)
		cb->seq = 2;
	if (entry && entry->seq <= dump->last) {
		header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq, &family,
				     NLM_F_MULTI, ERROR_REPORT_CMD_REPORT_GET);
		err = header ? put_report(skb, entry) : -EMSGSIZE;
		if (err) {
			if (header)
				genlmsg_cancel(skb, header);
		} else {
			genl_dump_check_consistent(cb, header);
			genlmsg_end(skb, header);
			ern_ring_skip(&dump->cursor, entry);
		}
	}
	raw_spin_unlock_irq(&history->lock);
	return err;
}

static int report_get_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct dump *dump = (struct dump *)cb->ctx;
	int err = -ENOENT;

	while (dump->cursor.seq <= dump->last) {
		err = dump_next(skb, cb, dump);
		if (err)
			break;
		cond_resched();
	}
	if (err == -EMSGSIZE && !skb->len)
		return err;
	/* A length asks for another call, 0 ends the dump. */
	return skb->len;
}

static const struct {
	u16 attr;
	enum ern_counter counter;
} status_counters[] = {
	{ ERROR_REPORT_A_STATUS_ENDED, ERN_ENDED },
	{ ERROR_REPORT_A_STATUS_PUBLISHED, ERN_PUBLISHED },
	{ ERROR_REPORT_A_STATUS_LOST_NO_SLOT, ERN_LOST_NO_SLOT },
	{ ERROR_REPORT_A_STATUS_LOST_RING_FULL, ERN_LOST_RING_FULL },
	{ ERROR_REPORT_A_STATUS_TRUNCATED, ERN_TRUNCATED },
	{ ERROR_REPORT_A_STATUS_NO_EVENT, ERN_NO_EVENT },
	{ ERROR_REPORT_A_STATUS_UNTERMINATED, ERN_UNTERMINATED },
	{ ERROR_REPORT_A_STATUS_NO_TEXT, ERN_NO_TEXT },
	{ ERROR_REPORT_A_STATUS_MULTICAST_FAILED, ERN_MULTICAST_FAILED },
};

static_assert(ARRAY_SIZE(status_counters) == ERN_COUNTERS);

/* One moment of the ring, for STATUS_GET. */
struct snapshot {
	struct ern_stats stats;
	u64 oldest;
	u64 newest;
	u32 reports;
	u32 used;
};

static struct snapshot snapshot(void)
{
	const struct ern_ring *ring = &history->ring;
	struct snapshot s;

	raw_spin_lock_irq(&history->lock);
	s.stats = ring->stats;
	s.oldest = ern_ring_oldest(ring);
	s.newest = ring->newest_seq;
	s.reports = ring->reports;
	s.used = ring->head - ring->tail;
	raw_spin_unlock_irq(&history->lock);
	return s;
}

static int put_u64(struct sk_buff *skb, u16 attr, u64 value)
{
	return nla_put_u64_64bit(skb, attr, value, ERROR_REPORT_A_STATUS_PAD);
}

static int put_status(struct sk_buff *skb, const struct snapshot *s)
{
	unsigned int i;

	if (put_u64(skb, ERROR_REPORT_A_STATUS_INSTANCE, history->instance) ||
	    nla_put_string(skb, ERROR_REPORT_A_STATUS_VERSION, ERN_VERSION))
		return -EMSGSIZE;
	for (i = 0; i < ARRAY_SIZE(status_counters); i++)
		if (put_u64(skb, status_counters[i].attr,
			    s->stats.counter[status_counters[i].counter]))
			return -EMSGSIZE;
	if (s->reports && (put_u64(skb, ERROR_REPORT_A_STATUS_OLDEST_SEQ, s->oldest) ||
			   put_u64(skb, ERROR_REPORT_A_STATUS_NEWEST_SEQ, s->newest)))
		return -EMSGSIZE;
	if (nla_put_u32(skb, ERROR_REPORT_A_STATUS_RING_REPORTS, s->reports) ||
	    nla_put_u32(skb, ERROR_REPORT_A_STATUS_RING_USED, s->used) ||
	    nla_put_u32(skb, ERROR_REPORT_A_STATUS_RING_SIZE, limits->ring_size) ||
	    nla_put_u32(skb, ERROR_REPORT_A_STATUS_SLOTS, limits->slots) ||
	    nla_put_u32(skb, ERROR_REPORT_A_STATUS_SLOT_SIZE, limits->slot_size) ||
	    nla_put_u32(skb, ERROR_REPORT_A_STATUS_SILENCE_MS, limits->silence_ms) ||
	    nla_put_u32(skb, ERROR_REPORT_A_STATUS_START_EVENT, ern_capture_has_start_event()))
		return -EMSGSIZE;
	return 0;
}

static int status_get_do(struct sk_buff *request, struct genl_info *info)
{
	struct snapshot s = snapshot();
	struct sk_buff *skb;
	void *header;

	skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	header = genlmsg_put_reply(skb, info, &family, 0, ERROR_REPORT_CMD_STATUS_GET);
	if (WARN_ON_ONCE(!header || put_status(skb, &s))) {
		nlmsg_free(skb);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return genlmsg_reply(skb, info);
}

/* Of this form, and with .validate 0, for compat.h's reason. */
static const struct genl_ops ops[] = {
	{
		.cmd = ERROR_REPORT_CMD_REPORT_GET,
		.doit = report_get_do,
		.start = report_get_start,
		.dumpit = report_get_dump,
		.policy = seq_policy,
		.maxattr = ERROR_REPORT_A_SEQ,
	},
	{
		.cmd = ERROR_REPORT_CMD_STATUS_GET,
		.doit = status_get_do,
	},
};

static struct genl_family family = {
	.name = ERROR_REPORT_FAMILY_NAME,
	.version = ERROR_REPORT_FAMILY_VERSION,
	.module = THIS_MODULE,
	.ops = ops,
	.n_ops = ARRAY_SIZE(ops),
	.mcgrps = groups,
	.n_mcgrps = ARRAY_SIZE(groups),
};

int ern_netlink_init(struct ern_history *from, const struct ern_limits *in_force)
{
	history = from;
	limits = in_force;
	return genl_register_family(&family);
}

void ern_netlink_exit(void)
{
	genl_unregister_family(&family);
}
