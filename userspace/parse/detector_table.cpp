// SPDX-License-Identifier: MIT
#include "parse/detectors.h"

namespace error_report {
namespace {

using std::string_view;

constexpr Where fault{{Clue::instruction, Clue::trace, Clue::stack}};
constexpr Where instruction{{Clue::instruction}};
constexpr Where instruction_or_trace{{Clue::instruction}, {Clue::trace, Clue::stack}};
constexpr Where warn{{Clue::instruction, Clue::stack}, {Clue::trace, Clue::stack}};
constexpr Where call_trace{{Clue::trace, Clue::stack}};
constexpr Where headline_trace{{Clue::headline, Clue::trace, Clue::stack}};
constexpr Where headline_or_trace{{Clue::headline}, {Clue::trace, Clue::stack}};
constexpr Where headline_stack{{Clue::headline, Clue::stack}};
constexpr Where plain_stack{{Clue::stack}};
constexpr Where first_stack{{Clue::stack}, {Clue::headline, Clue::trace, Clue::stack}};
constexpr Where lock{{Clue::lock}};
constexpr Where lock_or_trace{{Clue::lock, Clue::trace, Clue::stack}};
constexpr Where trace_or_lock{{Clue::trace, Clue::stack}, {Clue::lock}};
constexpr Where locks{{Clue::lock, Clue::lock, Clue::stack}};
constexpr Where safe_lock{{Clue::became, Clue::stack}, {Clue::lock, Clue::trace, Clue::stack}};
constexpr Where page_owner{{Clue::became, Clue::stack}, {Clue::trace, Clue::stack}};
constexpr Where leak_trace{{Clue::leak, Clue::stack}};
constexpr Where interrupted{
    {Clue::interrupt, Clue::instruction, Clue::stack}, {Clue::interrupt, Clue::stack}};

constexpr auto hardware_tags = std::to_array<string_view>(
    {"kernel_fault", "bad_area", "tag_check", "tag_fault", "tag_recovery", "mem_abort", "^el1_",
     "^el1h_", "^el1t_"});
constexpr auto frees = std::to_array<string_view>({"slab_", "kfree", "vunmap", "vfree"});
constexpr auto usb_urbs = std::to_array<string_view>(
    {"alloc_skb", "usb_submit_urb", "usb_start_wait_urb", "usb_bulk_msg", "usb_interrupt_msg",
     "usb_control_msg"});
constexpr auto skb_users =
    std::to_array<string_view>({"alloc_skb", "netlink_ack", "netlink_rcv_skb"});
constexpr auto overflow = std::to_array<string_view>({"ubsan", "overflow"});
constexpr auto debug_objects = std::to_array<string_view>(
    {"debug_", "rcu", "hrtimer_", "timer_", "work_", "percpu_", "vunmap", "vfree", "__free_",
     "kobject_"});
constexpr auto usercopy = std::to_array<string_view>({"usercopy", "__check"});
constexpr auto kobjects = std::to_array<string_view>({"kobject_"});
constexpr auto proc_files = std::to_array<string_view>({"proc_"});
constexpr auto refcounts = std::to_array<string_view>({"refcount", "kobject_"});
constexpr auto socket_locks = std::to_array<string_view>({"lock_sock", "release_sock"});
constexpr auto allocators = std::to_array<string_view>({"kmalloc", "krealloc", "slab", "kmem"});
constexpr auto work_locks = std::to_array<string_view>(
    {"process_one_work", "flush_workqueue", "drain_workqueue", "destroy_workqueue"});
constexpr auto rcu_users = std::to_array<string_view>({"rcu", "kmem", "slab"});
constexpr auto lock_calls = std::to_array<string_view>({"spin_", "_lock", "_unlock"});
constexpr auto scheduling = std::to_array<string_view>({"schedule"});
constexpr auto scheduling_irq = std::to_array<string_view>({"schedule", "retint_kernel"});
constexpr auto preemption =
    std::to_array<string_view>({"preemption", "preempt", "debug_", "processor_id", "this_cpu"});
constexpr auto leak_allocators = std::to_array<string_view>(
    {"kmemleak", "mmap", "kmem", "slab", "alloc", "create_object", "idr_get", "list_lru_init",
     "pcpu_create", "strdup", "strndup", "memdup"});
constexpr auto stalls = std::to_array<string_view>({"apic_timer_interrupt", "rcu"});
constexpr auto keys = std::to_array<string_view>({"stack", "lock", "IRQ"});
constexpr auto stack_protector = std::to_array<string_view>({"stack_chk"});
constexpr auto bad_stack = std::to_array<string_view>({"bad_stack"});
constexpr auto skbs = std::to_array<string_view>({"^skb_"});
constexpr auto page_frees = std::to_array<string_view>(
    {"bad_page", "free_unref", "free_page", "__free_", "post_alloc_hook",
     "get_page_from_freelist"});
constexpr auto rust_panics = std::to_array<string_view>({"rust_begin_unwind"});

// Rows with a longer or narrower headline stand before those that would fit too.
constexpr auto rows = std::to_array<Detector>({
    // Messages that look like headlines and are none
    {"WARNING: /etc/ssh/moduli does not exist"},
    {"WARNING: workqueue cpumask: online intersect"},
    {"WARNING: *he mand mount option "},
    {"WARNING: Unsupported flag value(s) of "},
    {"WARNING: Unprivileged eBPF is enabled"},
    {"WARNING: fbcon: Driver "},
    {"WARNING: See https"},
    {"WARNING: kernel not compiled with "},
    {"WARNING: `*' USES WIRELESS EXTENSIONS"},
    {"WARNING: Support for "},
    {"WARNING: stripping support for "},
    {"WARNING: The following packages cannot be authenticated"},
    {"BUG: no syscalls can create resource"},
    {"BUG: program execution failed"},
    {"general protection fault ip:"},
    // KASAN
    {"BUG: KASAN: double-free or invalid-free in *", "kasan", "invalid-free",
     "KASAN: invalid-free in {f}", headline_trace.without(frees)},
    {"BUG: KASAN: double-free in *", "kasan", "double-free", "KASAN: invalid-free in {f}",
     headline_trace.without(frees)},
    {"BUG: KASAN: invalid-free in *", "kasan", "invalid-free", "KASAN: invalid-free in {f}",
     headline_trace.without(frees)},
    {"BUG: KASAN: * in *", "kasan", "{1}", "KASAN: {1} {a} in {f}",
     headline_trace.without(hardware_tags), Opening::always, true},
    {"BUG: KASAN: * on address", "kasan", "{1}", "KASAN: {1} {a}", {}, Opening::always, true},
    {"BUG: KASAN: * in *", "kasan", "{1}", "KASAN: {1} in {2}"},
    {"BUG: KASAN: *", "kasan", "{1}", "KASAN: {1}"},
    // KFENCE: whether read or write stands in the headline
    {"BUG: KFENCE: * in *", "kfence", "{1}", "KFENCE: {1} in {f}", headline_stack},
    {"BUG: KFENCE: *", "kfence", "{1}", "KFENCE: {1}"},
    // KMSAN
    {"BUG: KMSAN: kernel-usb-infoleak in *", "kmsan", "kernel-usb-infoleak",
     "KMSAN: kernel-usb-infoleak in {f}", plain_stack.without(usb_urbs)},
    {"BUG: KMSAN: * in *", "kmsan", "{1}", "KMSAN: {1} in {f}", first_stack.without(skb_users)},
    // KCSAN names both sides of the race itself
    {"BUG: KCSAN: * in *", "kcsan", "{1}", "KCSAN: {1} in {2}"},
    {"BUG: KCSAN: *", "kcsan", "{1}", "KCSAN: {1}"},
    // UBSAN
    {"UBSAN: Undefined behaviour in *", "ubsan", "undefined-behaviour",
     "UBSAN: undefined-behaviour in {f}", call_trace.without(overflow)},
    {"UBSAN: * in *", "ubsan", "{1}", "UBSAN: {1} in {f}", call_trace.without(overflow)},
    // Faults of memory accesses
    {"BUG: unable to handle kernel paging request", "oops", "page-fault",
     "BUG: unable to handle kernel paging request in {f}", fault},
    {"BUG: unable to handle page fault for address", "oops", "page-fault",
     "BUG: unable to handle kernel paging request in {f}", fault},
    {"BUG: Unable to handle kernel data access", "oops", "page-fault",
     "BUG: unable to handle kernel paging request in {f}", fault},
    {"BUG: unable to handle kernel NULL pointer dereference", "oops", "null-ptr-deref",
     "BUG: unable to handle kernel NULL pointer dereference in {f}", fault},
    {"BUG: kernel NULL pointer dereference", "oops", "null-ptr-deref",
     "BUG: unable to handle kernel NULL pointer dereference in {f}", fault},
    {"BUG: Kernel NULL pointer dereference", "oops", "null-ptr-deref",
     "BUG: unable to handle kernel NULL pointer dereference in {f}", fault},
    {"BUG: unable to handle kernel", "oops", "page-fault", "BUG: unable to handle kernel"},
    {"Unable to handle kernel paging request", "oops", "page-fault",
     "BUG: unable to handle kernel paging request in {f}", fault},
    {"Unable to handle kernel NULL pointer dereference", "oops", "null-ptr-deref",
     "BUG: unable to handle kernel NULL pointer dereference in {f}", fault},
    {"Unable to handle kernel access to user memory", "oops", "user-memory-access",
     "BUG: unable to handle kernel access to user memory in {f}", fault},
    {"Unable to handle kernel * at", "oops", "page-fault",
     "BUG: unable to handle kernel {1} in {f}", fault},
    {"BUG: *stack guard page was hit at", "oops", "stack-overflow",
     "BUG: stack guard page was hit in {f}", fault.choose(Choice::stall)},
    // What takes no memory, or not the memory that one thinks
    {"BUG: Bad page state", "memory", "bad-page-state", "BUG: Bad page state in {f}",
     page_owner.without(page_frees)},
    {"BUG: Bad page map", "memory", "bad-page-map", "BUG: Bad page map"},
    {"BUG: Bad rss-counter state", "memory", "bad-rss-counter", "BUG: Bad rss-counter state"},
    {"BUG: non-zero nr_ptes on freeing mm", "memory", "leaked-page-tables",
     "BUG: non-zero nr_ptes on freeing mm"},
    {"BUG: non-zero nr_pmds on freeing mm", "memory", "leaked-page-tables",
     "BUG: non-zero nr_pmds on freeing mm"},
    {"BUG: memory leak", "leak", "memory-leak", "memory leak in {f}",
     leak_trace.without(leak_allocators)},
    {"BUG * (*): *", "memory", "slab-corruption", "BUG: {3}"},
    {"BUG: Dentry * still in use", "memory", "busy-dentry", "BUG: Dentry still in use in unmount"},
    {"*: page allocation failure: order:", "memory", "page-allocation-failure",
     "page allocation failure in {f}", call_trace},
    // Locks
    {"BUG: spinlock * on CPU", "lockdep", "", "BUG: spinlock {1} in {f}",
     call_trace.without(lock_calls)},
    {"BUG: rwlock * on CPU", "lockdep", "", "BUG: rwlock {1} in {f}",
     call_trace.without(lock_calls)},
    {"BUG: bad unlock balance detected!", "lockdep", "", "BUG: bad unlock balance in {f}",
     lock_or_trace},
    {"WARNING: bad unlock balance detected!", "lockdep", "", "WARNING: bad unlock balance in {f}",
     lock_or_trace},
    {"BUG: held lock freed!", "lockdep", "", "BUG: held lock freed in {f}", lock},
    {"WARNING: held lock freed!", "lockdep", "", "WARNING: held lock freed in {f}", lock},
    {"BUG: * still has locks held!", "lockdep", "", "BUG: still has locks held in {f}", lock},
    {"WARNING: * still has locks held!", "lockdep", "", "WARNING: still has locks held in {f}",
     lock},
    {"BUG: lock held when returning to user space", "lockdep", "",
     "BUG: lock held when returning to user space in {f}", lock},
    {"WARNING: lock held when returning to user space", "lockdep", "",
     "WARNING: lock held when returning to user space in {f}", lock},
    {"WARNING: Nested lock was not taken", "lockdep", "",
     "WARNING: nested lock was not taken in {f}", warn},
    {"BUG: Invalid wait context", "lockdep", "", "WARNING: locking bug in {f}",
     call_trace.without(socket_locks)},
    {"WARNING: possible circular locking dependency detected", "lockdep", "",
     "possible deadlock in {f}", locks.without(work_locks)},
    {"INFO: possible circular locking dependency detected", "lockdep", "",
     "possible deadlock in {f}", locks.without(work_locks)},
    {"WARNING: possible irq lock inversion dependency detected", "lockdep", "",
     "possible deadlock in {f}", lock_or_trace},
    {"INFO: possible irq lock inversion dependency detected", "lockdep", "",
     "possible deadlock in {f}", lock_or_trace},
    {"WARNING: *-safe -> *-unsafe lock order detected", "lockdep", "", "possible deadlock in {f}",
     safe_lock},
    {"INFO: *-safe -> *-unsafe lock order detected", "lockdep", "", "possible deadlock in {f}",
     lock_or_trace},
    {"WARNING: possible recursive locking detected", "lockdep", "", "possible deadlock in {f}",
     lock_or_trace},
    {"INFO: possible recursive locking detected", "lockdep", "", "possible deadlock in {f}",
     lock_or_trace},
    {"WARNING: inconsistent lock state", "lockdep", "", "inconsistent lock state in {f}",
     trace_or_lock},
    {"INFO: inconsistent lock state", "lockdep", "", "inconsistent lock state in {f}",
     lock_or_trace},
    {"WARNING: suspicious RCU usage", "lockdep", "", "WARNING: suspicious RCU usage in {f}",
     call_trace.without(rcu_users)},
    {"INFO: suspicious RCU usage", "lockdep", "", "INFO: suspicious RCU usage in {f}",
     call_trace.without(rcu_users)},
    {"INFO: trying to register non-static key", "lockdep", "",
     "INFO: trying to register non-static key in {f}", call_trace.without(keys)},
    {"BUG: workqueue leaked lock or atomic", "lockdep", "",
     "BUG: workqueue leaked lock or atomic in {n}"},
    // Sleeping where one must not
    {"BUG: sleeping function called from invalid context at", "atomic-sleep", "",
     "BUG: sleeping function called from invalid context in {f}", call_trace},
    {"BUG: scheduling while atomic", "atomic-sleep", "", "BUG: scheduling while atomic in {f}",
     call_trace.without(scheduling)},
    {"BUG: using *() in preemptible", "lockdep", "", "BUG: using {1}() in preemptible code in {f}",
     call_trace.without(preemption)},
    // Nothing goes on
    {"BUG: soft lockup", "hang", "", "BUG: soft lockup in {f}", fault.choose(Choice::stall)},
    {"BUG: workqueue lockup", "hang", "", "BUG: workqueue lockup"},
    {"Watchdog detected hard LOCKUP on cpu", "hang", "", "hard lockup in {f}",
     fault.choose(Choice::stall)},
    {"CPU*: Watchdog detected hard LOCKUP on cpu", "hang", "", "hard lockup in {f}",
     fault.choose(Choice::stall)},
    {"INFO: rcu_* detected *stall", "hang", "", "INFO: rcu detected stall in {f}",
     interrupted.without(stalls).choose(Choice::stall)},
    {"INFO: rcu_*self-detected stall", "hang", "", "INFO: rcu detected stall in {f}",
     interrupted.without(stalls).choose(Choice::stall)},
    {"INFO: task * blocked* for more than * seconds", "hang", "", "INFO: task hung in {f}",
     call_trace.choose(Choice::hang)},
    {"INFO: task * can't die for more than * seconds", "hang", "", "INFO: task can't die in {f}",
     call_trace.without(scheduling)},
    {"unregister_netdevice: waiting for * to become free",
     "hang",
     "",
     "unregister_netdevice: waiting for DEV to become free",
     {},
     Opening::unless_open},
    // BUG()
    {"kernel BUG at mm/usercopy.c", "bug", "", "BUG: bad usercopy in {f}",
     call_trace.without(usercopy)},
    {"kernel BUG at lib/list_debug.c", "bug", "", "BUG: corrupted list in {f}", call_trace},
    {"kernel BUG at rust/helpers/bug.c", "bug", "rust-panic", "rust panic in {f}",
     call_trace.without(rust_panics), Opening::unless_begun},
    {"kernel BUG at ", "bug", "", "kernel BUG in {f}", fault.without(skbs)},
    {"Kernel BUG *", "bug", "", "kernel BUG {1}"},
    {"rust_kernel: panicked at ", "bug", "rust-panic", "{n} in {f}",
     call_trace.without(rust_panics)},
    // Exceptions
    {"general protection fault*:", "oops", "general-protection-fault",
     "general protection fault in {f}", fault, Opening::unless_begun},
    {"stack segment: ", "oops", "", "stack segment fault in {f}", fault, Opening::unless_begun},
    {"divide error: ", "oops", "", "divide error in {f}", instruction_or_trace,
     Opening::unless_begun},
    {"divide_error: ", "oops", "", "divide error in {f}", instruction_or_trace,
     Opening::unless_begun},
    {"invalid opcode: ", "oops", "", "invalid opcode in {f}", instruction, Opening::unless_begun},
    {"int3: ", "oops", "", "int3 in {f}", instruction, Opening::unless_begun},
    {"PANIC: double fault", "oops", "", "PANIC: double fault in {f}", instruction,
     Opening::unless_begun},
    {"Internal error:", "oops", "", "Internal error in {f}", fault, Opening::unless_begun},
    {"Unhandled fault:", "oops", "", "Unhandled fault in {f}", fault, Opening::unless_begun},
    {"Alignment trap:", "oops", "", "Alignment trap in {f}", fault},
    // Panics
    {"Kernel panic - not syncing: stack-protector: Kernel stack is corrupted in: *", "panic",
     "stack-corruption", "kernel panic: stack is corrupted in {f}",
     headline_or_trace.without(stack_protector), Opening::unless_begun},
    {"Kernel panic - not syncing: corrupted stack end detected inside scheduler", "panic",
     "stack-overflow", "kernel panic: corrupted stack end in {f}",
     call_trace.without(scheduling_irq).choose(Choice::stall), Opening::unless_begun},
    {"Kernel panic - not syncing: kernel stack overflow", "panic", "stack-overflow",
     "kernel stack overflow in {f}", call_trace.without(bad_stack).choose(Choice::stall),
     Opening::unless_begun},
    {"Kernel panic - not syncing: Attempted to kill init!",
     "panic",
     "",
     "kernel panic: Attempted to kill init!",
     {},
     Opening::unless_begun},
    {"Kernel panic - not syncing: Couldn't open N_TTY ldisc",
     "panic",
     "",
     "kernel panic: Couldn't open N_TTY ldisc",
     {},
     Opening::unless_begun},
    {"Kernel panic - not syncing: Fatal exception",
     "panic",
     "",
     "kernel panic: Fatal exception",
     {},
     Opening::unless_seen},
    {"Kernel panic - not syncing: panic_on_warn set",
     "panic",
     "",
     "kernel panic: panic_on_warn set",
     {},
     Opening::unless_seen},
    {"Kernel panic - not syncing: hung_task: blocked tasks",
     "panic",
     "",
     "kernel panic: hung_task: blocked tasks",
     {},
     Opening::unless_seen},
    {"Kernel panic - not syncing: softlockup: hung tasks",
     "panic",
     "",
     "kernel panic: softlockup: hung tasks",
     {},
     Opening::unless_seen},
    {"Kernel panic - not syncing: RCU Stall",
     "panic",
     "",
     "kernel panic: RCU Stall",
     {},
     Opening::unless_seen},
    {"Kernel panic - not syncing: *",
     "panic",
     "panic",
     "kernel panic: {1}",
     {},
     Opening::unless_begun},
    {"WARNING: kernel stack * at *(ptrval)* has bad", "unwinder", "bad-frame",
     "WARNING: kernel stack regs has bad value"},
    {"WARNING: kernel stack regs at * has bad '*' value", "unwinder", "bad-frame",
     "WARNING: kernel stack regs has bad '{2}' value"},
    {"WARNING: kernel stack regs * has bad", "unwinder", "bad-frame",
     "WARNING: kernel stack regs has bad value"},
    {"WARNING: kernel stack frame pointer at * has bad value", "unwinder", "bad-frame",
     "WARNING: kernel stack frame pointer has bad value"},
    // WARN(), by the place that warns where that says more than its name
    {"WARNING: *lib/debugobjects.c", "warning", "", "WARNING: ODEBUG bug in {f}",
     warn.without(debug_objects)},
    {"WARNING: *mm/usercopy.c*usercopy_warn", "warning", "", "WARNING: bad usercopy in {f}",
     warn.without(usercopy)},
    {"WARNING: *lib/kobject.c", "warning", "", "WARNING: kobject bug in {f}",
     warn.without(kobjects)},
    {"WARNING: *fs/proc/generic.c*proc_register", "warning", "",
     "WARNING: proc registration bug in {f}", warn.without(proc_files)},
    {"WARNING: *lib/refcount.c", "warning", "", "WARNING: refcount bug in {f}",
     warn.without(refcounts)},
    {"WARNING: *kernel/locking/lockdep.c*lock_", "lockdep", "", "WARNING: locking bug in {f}",
     warn.without(socket_locks)},
    {"WARNING: *mm/vmalloc.c*__vmalloc_node", "warning", "", "WARNING: zero-size vmalloc in {f}",
     warn},
    {"WARNING: *mm/*.c:* kmalloc", "warning", "", "WARNING: kmalloc bug in {f}",
     warn.without(allocators)},
    {"WARNING: *mm/*.c:* kvmalloc", "warning", "", "WARNING: kmalloc bug in {f}",
     warn.without(allocators)},
    {"WARNING: *mm/*.c:* vmalloc", "warning", "", "WARNING: kmalloc bug in {f}",
     warn.without(allocators)},
    {"WARNING: *mm/*.c:* __kmalloc", "warning", "", "WARNING: kmalloc bug in {f}",
     warn.without(allocators)},
    {"WARNING: * usb_submit_urb", "warning", "", "WARNING in {f}/usb_submit_urb",
     warn.without(usb_urbs)},
    {"WARNING: * at *:* ", "warning", "warning", "WARNING in {f}", warn},
    {"WARNING: *.c:* at ", "warning", "warning", "WARNING in {f}", warn},
    // Without CONFIG_DEBUG_BUGVERBOSE no file is named.
    {"WARNING: at ", "warning", "warning", "WARNING in {f}", warn},
    {"WARNING: CPU: * PID: * at ", "warning", "warning", "WARNING in {f}", warn},
    // Others
    {"Booting the kernel.",
     "reboot",
     "reboot",
     "unexpected kernel reboot",
     {},
     Opening::if_running},
    {"VFS: Close: file count is 0", "memory", "use-after-free",
     "VFS: Close: file count is zero (use-after-free)"},
    {"VFS: Busy inodes after unmount", "memory", "use-after-free",
     "VFS: Busy inodes after unmount (use-after-free)"},
    {"trusty: panic (*): DEBUG ASSERT FAILED at (*): *", "panic", "trusty",
     "trusty: ASSERT FAILED: {3}"},
    {"trusty: panic (*): ASSERT FAILED at (*): *", "panic", "trusty", "trusty: ASSERT FAILED: {3}"},
    {"trusty: panic (*): *", "panic", "trusty", "trusty: panic: {2}"},
    {"SYZFAIL: *", "fuzzer", "fuzzer", "SYZFAIL: {1}"},
    {"SYZFATAL: *", "fuzzer", "fuzzer", "SYZFATAL: {1}"},
    // What no row above knows
    {"BUG: *", "bug", "bug", "BUG: {1}", {}, Opening::if_stamped},
    {"WARNING: *", "warning", "warning", "WARNING: {1}", {}, Opening::if_stamped},
});

} // namespace

std::span<const Detector> detectors() {
    return rows;
}

} // namespace error_report
