/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How to get into an NMI, on x86. Elsewhere NMI_AVAILABLE is 0 and nothing is sent.
 *
 * A handler returns whether the NMI was its own.
 */
#ifndef ERN_TEST_NMI_H
#define ERN_TEST_NMI_H

#include <linux/types.h>

#ifdef CONFIG_X86_LOCAL_APIC

#include <asm/apic.h>
#include <asm/nmi.h>

#define NMI_AVAILABLE 1

static bool (*nmi_stage)(void);

static int nmi_handle_local(unsigned int type, struct pt_regs *regs)
{
	return nmi_stage() ? NMI_HANDLED : NMI_DONE;
}

static inline int nmi_start(bool (*handler)(void))
{
	nmi_stage = handler;
	return register_nmi_handler(NMI_LOCAL, nmi_handle_local, 0, KBUILD_MODNAME);
}

static inline void nmi_stop(void)
{
	unregister_nmi_handler(NMI_LOCAL, KBUILD_MODNAME);
}

static inline void nmi_send(int cpu)
{
	apic->send_IPI_mask(cpumask_of(cpu), NMI_VECTOR);
}

#else

#define NMI_AVAILABLE 0

static inline int nmi_start(bool (*handler)(void))
{
	return 0;
}

static inline void nmi_stop(void) {}
static inline void nmi_send(int cpu) {}

#endif
#endif /* ERN_TEST_NMI_H */
