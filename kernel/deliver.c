// SPDX-License-Identifier: GPL-2.0-only
#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/random.h>
#include <linux/timekeeping.h>
#include <linux/workqueue.h>

#include "assembler.h"
#include "compat.h"
#include "deliver.h"
#include "history.h"
#include "netlink.h"
#include "sysfs.h"

/* One a CPU, so that one with interrupts off holds up its own reports only. */
struct collector {
	struct llist_head done;
	struct irq_work work;
};

static void collect(struct irq_work *work);
static void send(struct work_struct *work);
static void sweep(struct work_struct *work);

static DEFINE_PER_CPU(struct collector, collectors);

static struct ern_assembler assembler;
static struct ern_history history = {
	.lock = __RAW_SPIN_LOCK_UNLOCKED(history.lock),
};

static unsigned long silence;
static struct workqueue_struct *workqueue;
static DECLARE_WORK(send_work, send);
static DECLARE_DELAYED_WORK(sweep_work, sweep);

/* The context that ended the report: any. */
static void done(struct ern_slot *slot)
{
	slot->report.time_real = ktime_get_real_fast_ns();
	slot->report.time_boot = ktime_get_boot_fast_ns();
	llist_add(&slot->node, &this_cpu_ptr(&collectors)->done);
}

void ern_deliver_kick(void)
{
	irq_work_queue(&this_cpu_ptr(&collectors)->work);
}

/* With the history's lock held: what probes lost comes before what follows. */
static void account_lost(void)
{
	int lost = atomic_read(&assembler.lost) ? atomic_xchg(&assembler.lost, 0) : 0;

	if (lost)
		ern_ring_lose(&history.ring, lost, ERROR_REPORT_CAUSE_NO_SLOT);
}

/* Hard interrupt context, also under PREEMPT_RT. */
static void collect(struct irq_work *work)
{
	struct collector *collector = container_of(work, struct collector, work);
	struct llist_node *ended = llist_reverse_order(llist_del_all(&collector->done));
	struct ern_slot *slot, *next;
	unsigned long flags;

	llist_for_each_entry_safe(slot, next, ended, node) {
		raw_spin_lock_irqsave(&history.lock, flags);
		account_lost();
		ern_ring_publish(&history.ring, &slot->report, slot->text, slot->len);
		raw_spin_unlock_irqrestore(&history.lock, flags);
		ern_assembler_release(&assembler, slot);
	}

	raw_spin_lock_irqsave(&history.lock, flags);
	account_lost();
	raw_spin_unlock_irqrestore(&history.lock, flags);

	queue_work(workqueue, &send_work);
	if (atomic_read(&assembler.active))
		queue_delayed_work(workqueue, &sweep_work, silence);
}

static void sweep(struct work_struct *work)
{
	preempt_disable();
	if (ern_assembler_sweep(&assembler, jiffies, silence))
		ern_deliver_kick();
	preempt_enable();

	if (atomic_read(&assembler.active))
		queue_delayed_work(workqueue, &sweep_work, max(silence / 4, 1ul));
}

static void count_failed(int err)
{
	if (!err)
		return;
	raw_spin_lock_irq(&history.lock);
	history.ring.stats.counter[ERN_MULTICAST_FAILED]++;
	raw_spin_unlock_irq(&history.lock);
}

/*
 * The oldest entry that was not sent. A loss may grow until it is sent, so it
 * is taken at once, as it is now, into @loss; a report stays untouched before
 * ern_ring_sent().
 */
static const struct ern_entry *next_unsent(struct ern_entry *loss)
{
	const struct ern_entry *entry;

	raw_spin_lock_irq(&history.lock);
	entry = ern_ring_unsent(&history.ring);
	if (entry && entry->kind == ERN_ENTRY_LOSS) {
		memcpy(loss, entry, offsetofend(struct ern_entry, causes));
		ern_ring_sent(&history.ring);
		entry = loss;
	}
	raw_spin_unlock_irq(&history.lock);
	return entry;
}

static void send(struct work_struct *work)
{
	const struct ern_entry *entry;
	struct ern_entry loss;

	while ((entry = next_unsent(&loss))) {
		if (entry == &loss) {
			count_failed(ern_netlink_send_loss(loss.seq, loss.last, loss.causes));
			ern_sysfs_update(loss.last, NULL, 0, false);
		} else {
			count_failed(ern_netlink_send_report(entry));
			ern_sysfs_update(entry->seq, entry->text, entry->text_len,
					 entry->report.flags & ERROR_REPORT_FLAG_TRUNCATED);

			raw_spin_lock_irq(&history.lock);
			ern_ring_sent(&history.ring);
			raw_spin_unlock_irq(&history.lock);
		}
		cond_resched();
	}
}

/* All memory that a report needs until it is in the ring. */
static struct {
	unsigned long *owner;
	struct ern_slot *slot;
	char *text;
	char *ring;
} memory;

int ern_deliver_init(const struct ern_limits *limits)
{
	u32 slots = limits->slots + ERN_SPARE_SLOTS;
	int cpu;

	memory.owner = kvcalloc(slots, sizeof(*memory.owner), GFP_KERNEL);
	memory.slot = kvcalloc(slots, sizeof(*memory.slot), GFP_KERNEL);
	memory.text = kvzalloc(ern_assembler_text_size(limits->slots, limits->slot_size),
			       GFP_KERNEL);
	memory.ring = kvzalloc(limits->ring_size, GFP_KERNEL);
	workqueue = alloc_workqueue("error_report", WQ_UNBOUND | WQ_HIGHPRI | WQ_MEM_RECLAIM, 0);
	if (!memory.owner || !memory.slot || !memory.text || !memory.ring || !workqueue) {
		ern_deliver_exit();
		return -ENOMEM;
	}

	for_each_possible_cpu(cpu)
		ern_init_irq_work(&per_cpu(collectors, cpu).work, collect);

	silence = msecs_to_jiffies(limits->silence_ms);
	history.instance = get_random_u64();
	ern_ring_init(&history.ring, memory.ring, limits->ring_size);
	ern_assembler_init(&assembler, memory.owner, memory.slot, memory.text, limits->slots,
			   limits->slot_size, done);
	return 0;
}

static void wait_for_collectors_and_sweep(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		irq_work_sync(&per_cpu(collectors, cpu).work);
	/* A collector may have queued it while a report was open. */
	cancel_delayed_work_sync(&sweep_work);
}

void ern_deliver_flush(void)
{
	/* The probes are gone: nobody but a sweep ends a report from here on. */
	wait_for_collectors_and_sweep();
	preempt_disable();
	if (ern_assembler_sweep(&assembler, jiffies, 0))
		ern_deliver_kick();
	preempt_enable();

	/* Twice: a sweep that was at work at that moment may have kicked one more. */
	wait_for_collectors_and_sweep();
	wait_for_collectors_and_sweep();
	flush_work(&send_work);
}

void ern_deliver_exit(void)
{
	if (workqueue)
		destroy_workqueue(workqueue);
	kvfree(memory.ring);
	kvfree(memory.text);
	kvfree(memory.slot);
	kvfree(memory.owner);
}

struct ern_assembler *ern_deliver_assembler(void)
{
	return &assembler;
}

struct ern_history *ern_deliver_history(void)
{
	return &history;
}
