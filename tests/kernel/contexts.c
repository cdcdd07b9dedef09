// SPDX-License-Identifier: GPL-2.0-only
#include <linux/completion.h>
#include <linux/gfp.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/tracepoint.h>
#include <trace/events/kmem.h>
#include <trace/events/power.h>
#include <trace/events/sched.h>

#include "arch/nmi.h"
#include "contexts.h"

/* For a CPU to become idle, or to be interrupted. */
#define PATIENCE (20 * HZ)

/* Behind what the page allocator keeps for each CPU, so that it takes the zone's lock. */
#define ZONE_ORDER 5
#define ZONE_ALLOCATIONS 200

static int run_task(struct call *call)
{
	call->function(call->data);
	return 0;
}

static int run_irqs_off(struct call *call)
{
	unsigned long flags;

	local_irq_save(flags);
	call->function(call->data);
	local_irq_restore(flags);
	return 0;
}

struct softirq_call {
	struct tasklet_struct tasklet;
	struct call *call;
	struct completion over;
};

static void run_tasklet(struct tasklet_struct *tasklet)
{
	struct softirq_call *softirq = container_of(tasklet, struct softirq_call, tasklet);

	softirq->call->function(softirq->call->data);
	complete(&softirq->over);
}

static int run_softirq(struct call *call)
{
	struct softirq_call softirq = {
		.call = call,
		.over = COMPLETION_INITIALIZER_ONSTACK(softirq.over),
	};

	tasklet_setup(&softirq.tasklet, run_tasklet);
	/* On this CPU, at the latest when bottom halves are enabled. */
	local_bh_disable();
	tasklet_schedule(&softirq.tasklet);
	local_bh_enable();
	wait_for_completion(&softirq.over);
	tasklet_kill(&softirq.tasklet);
	return 0;
}

struct hardirq_call {
	struct irq_work work;
	struct call *call;
	struct completion over;
};

static void run_irq_work(struct irq_work *work)
{
	struct hardirq_call *hardirq = container_of(work, struct hardirq_call, work);

	hardirq->call->function(hardirq->call->data);
	complete(&hardirq->over);
}

static int run_hardirq(struct call *call)
{
	struct hardirq_call hardirq = {
		.work = IRQ_WORK_INIT_HARD(run_irq_work),
		.call = call,
		.over = COMPLETION_INITIALIZER_ONSTACK(hardirq.over),
	};

	irq_work_queue(&hardirq.work);
	wait_for_completion(&hardirq.over);
	irq_work_sync(&hardirq.work);
	return 0;
}

/*
 * Waits for code of the kernel's to pass by, and runs the call there: once, by
 * whoever takes it first. What comes by may hold any lock, so that it is an
 * interrupt that tells of it; idle would also sleep through a plain wake-up.
 */
static DEFINE_MUTEX(ambush_lock);
static struct {
	struct call *call;
	struct task_struct *task;
	int cpu;
	struct irq_work sprung;
	struct completion over;
} ambush;

static void tell(struct irq_work *sprung)
{
	complete(&ambush.over);
}

static void spring(void)
{
	struct call *call = READ_ONCE(ambush.call);

	/* Pairs with the release in lay_ambush(). */
	if (!call || cmpxchg(&ambush.call, call, NULL) != call)
		return;
	call->function(call->data);
	irq_work_queue(&ambush.sprung);
}

static void lay_ambush(struct call *call)
{
	mutex_lock(&ambush_lock);
	ambush.task = current;
	ambush.cpu = raw_smp_processor_id();
	reinit_completion(&ambush.over);
	/* Pairs with the cmpxchg() in spring(). */
	smp_store_release(&ambush.call, call);
}

static int leave_ambush(struct call *call)
{
	int err = 0;

	if (!wait_for_completion_timeout(&ambush.over, PATIENCE)) {
		/* Taken after all, it soon is over. */
		if (cmpxchg(&ambush.call, call, NULL) == call)
			err = -ETIMEDOUT;
		else
			wait_for_completion(&ambush.over);
	}
	irq_work_sync(&ambush.sprung);
	mutex_unlock(&ambush_lock);
	return err;
}

static bool spring_in_nmi(void)
{
	if (!READ_ONCE(ambush.call))
		return false;
	spring();
	return true;
}

static int run_nmi(struct call *call)
{
	lay_ambush(call);
	nmi_send(ambush.cpu);
	return leave_ambush(call);
}

/* A trace event that fires where an ambush is to be sprung. */
struct trap {
	const char *event;
	void *probe;
	struct tracepoint *tracepoint;
};

static void probe_idle(void *unused, unsigned int state, unsigned int cpu)
{
	if (is_idle_task(current) && raw_smp_processor_id() == ambush.cpu)
		spring();
}

/* The run queue's lock is held, and current is still who goes to sleep. */
static void probe_switch(void *unused, bool preempt, struct task_struct *prev,
			 struct task_struct *next, unsigned int prev_state)
{
	if (prev == ambush.task)
		spring();
}

/* The zone's lock is held. */
static void probe_alloc(void *unused, struct page *page, unsigned int order, int migratetype,
			int percpu_refill)
{
	if (current == ambush.task)
		spring();
}

static struct trap idle = { "cpu_idle", probe_idle };
static struct trap schedule_out = { "sched_switch", probe_switch };
static struct trap zone_alloc = { "mm_page_alloc_zone_locked", probe_alloc };

static struct trap *const traps[] = { &idle, &schedule_out, &zone_alloc };

/* @provoke: makes the event fire; NULL where going to sleep does. */
static int run_at(struct trap *trap, struct call *call, void (*provoke)(void))
{
	int err;

	if (!trap->tracepoint)
		return -EOPNOTSUPP;
	err = tracepoint_probe_register(trap->tracepoint, trap->probe, NULL);
	if (err)
		return err;
	lay_ambush(call);
	if (provoke)
		provoke();
	err = leave_ambush(call);
	tracepoint_probe_unregister(trap->tracepoint, trap->probe, NULL);
	tracepoint_synchronize_unregister();
	return err;
}

static int run_idle(struct call *call)
{
	return run_at(&idle, call, NULL);
}

static int run_rq_lock(struct call *call)
{
	return run_at(&schedule_out, call, NULL);
}

/*
 * What comes from another migrate type's list fires no event, so it takes more
 * than one allocation now and then.
 */
static void allocate(void)
{
	struct page *page;
	LIST_HEAD(pages);
	int i;

	for (i = 0; i < ZONE_ALLOCATIONS && READ_ONCE(ambush.call); i++) {
		page = alloc_pages(GFP_KERNEL | __GFP_NOWARN, ZONE_ORDER);
		if (!page)
			break;
		list_add(&page->lru, &pages);
	}
	while ((page = list_first_entry_or_null(&pages, struct page, lru))) {
		list_del(&page->lru);
		__free_pages(page, ZONE_ORDER);
	}
}

static int run_zone_lock(struct call *call)
{
	return run_at(&zone_alloc, call, allocate);
}

static const struct context contexts[] = {
	{ "task", run_task },
	{ "irqs-off", run_irqs_off },
	{ "softirq", run_softirq },
	{ "hardirq", run_hardirq },
	{ "nmi", run_nmi, .absent = !NMI_AVAILABLE },
	{ "idle", run_idle },
	{ "rq-lock", run_rq_lock, true },
	{ "zone-lock", run_zone_lock, true },
};

const struct context *context_find(const char *name)
{
	const struct context *context;

	for (context = contexts; context < contexts + ARRAY_SIZE(contexts); context++)
		if (!context->absent && !strcmp(context->name, name))
			return context;
	return NULL;
}

void contexts_show(struct seq_file *out)
{
	const struct context *context;

	for (context = contexts; context < contexts + ARRAY_SIZE(contexts); context++)
		if (!context->absent)
			seq_printf(out, " %s", context->name);
}

static void match_trap(struct tracepoint *tracepoint, void *unused)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(traps); i++)
		if (!strcmp(tracepoint->name, traps[i]->event))
			traps[i]->tracepoint = tracepoint;
}

int contexts_init(void)
{
	init_completion(&ambush.over);
	ambush.sprung = IRQ_WORK_INIT_HARD(tell);
	for_each_kernel_tracepoint(match_trap, NULL);
	return nmi_start(spring_in_nmi);
}

void contexts_exit(void)
{
	nmi_stop();
}
