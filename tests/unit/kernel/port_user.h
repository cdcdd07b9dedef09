/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's types and atomics for kernel/port.h in user space: C11 atomics of
 * the same or a stronger order, so that ThreadSanitizer sees them.
 */
#ifndef ERN_PORT_USER_H
#define ERN_PORT_USER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;

#define BITS_PER_BYTE		8
#define U32_MAX			UINT32_MAX
#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#define offsetofend(type, member) \
	(offsetof(type, member) + sizeof(((type *)NULL)->member))
#define ALIGN(value, to)	(((value) + (to) - 1) & ~((__typeof__(value))(to) - 1))
#define likely(condition)	__builtin_expect(!!(condition), 1)
#define unlikely(condition)	__builtin_expect(!!(condition), 0)

/* C++ has its own, and must not lose std::min(). */
#ifndef __cplusplus
#define min(a, b)		((a) < (b) ? (a) : (b))
#define max(a, b)		((a) > (b) ? (a) : (b))
#define static_assert		_Static_assert
#endif

/*
 * An interrupt may come anywhere. Where it makes a difference is between two
 * accesses to shared memory: a test can have one come in front of each.
 */
#ifdef __cplusplus
extern __thread void (*port_interrupt)(void);
#else
__attribute__((weak)) __thread void (*port_interrupt)(void);
#endif

static inline void port_interruptible(void)
{
	if (unlikely(port_interrupt))
		port_interrupt();
}

#define READ_ONCE(x)		\
	(port_interruptible(), __atomic_load_n(&(x), __ATOMIC_RELAXED))
#define WRITE_ONCE(x, value)	\
	(port_interruptible(), __atomic_store_n(&(x), value, __ATOMIC_RELAXED))
#define smp_load_acquire(p)	\
	(port_interruptible(), __atomic_load_n(p, __ATOMIC_ACQUIRE))
#define smp_store_release(p, value)	\
	(port_interruptible(), __atomic_store_n(p, value, __ATOMIC_RELEASE))

#define cmpxchg(p, expected, desired)					\
({									\
	__typeof__(*(p)) seen = (expected);				\
									\
	port_interruptible();						\
	__atomic_compare_exchange_n(p, &seen, desired, false,		\
				    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);	\
	seen;								\
})

typedef struct { int counter; } atomic_t;

static inline int atomic_read(const atomic_t *v)
{
	port_interruptible();
	return __atomic_load_n(&v->counter, __ATOMIC_RELAXED);
}

static inline void atomic_inc(atomic_t *v)
{
	port_interruptible();
	__atomic_fetch_add(&v->counter, 1, __ATOMIC_RELAXED);
}

static inline void atomic_dec(atomic_t *v)
{
	port_interruptible();
	__atomic_fetch_sub(&v->counter, 1, __ATOMIC_RELAXED);
}

static inline int atomic_xchg(atomic_t *v, int value)
{
	return __atomic_exchange_n(&v->counter, value, __ATOMIC_SEQ_CST);
}

struct llist_node {
	struct llist_node *next;
};

#endif /* ERN_PORT_USER_H */
