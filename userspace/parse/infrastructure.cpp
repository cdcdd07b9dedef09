// SPDX-License-Identifier: MIT
#include "parse/infrastructure.h"

#include "parse/scan.h"

#include <algorithm>
#include <array>
#include <vector>

namespace error_report {
namespace {

using std::string_view;

// Each a part of a name, because compilers, architectures and versions decorate them.
constexpr auto infrastructure = std::to_array<string_view>(
    {// Sanitizers and the reports themselves
     "kasan", "__asan", "__hwasan", "kmsan", "__msan", "__tsan", "kcsan", "kfence", "ubsan",
     "__sanitizer", "__fortify", "fortify_panic", "check_memory_region", "read_word_at_a_time",
     "check_heap_object", "check_object", "print_address_description", "print_report",
     "print_tainted", "print_usage_bug", "print_unlock", "imbalance_bug", "dump_stack",
     "dump_backtrace", "show_stack", "walk_stack", "arch_stack_walk", "stack_trace_", "save_stack",
     "warn_slowpath", "warn_alloc", "warn_bogus", "__warn", "panic", "report_bug", "fixup_bug",
     "handle_bug", "hex_dump_to_buffer", "print_hex_dump", "assertfail", "kcsan_setup_watchpoint",
     "write_once_nocheck", "read_once_nocheck",
     // Exceptions on the way to the report
     "invalid_op", "do_error", "do_trap", "_trap$", "exc_invalid_op", "program_check_",
     "_indirect_thunk_",
     // The same on arm64
     "do_kernel_fault", "do_translation_fault", "do_bad_area", "do_tag_check_fault",
     "do_tag_recovery", "report_tag_fault", "do_mem_abort", "do_debug_exception", "brk_handler",
     "^bug_handler$", "^call_break_hook$", "^call_el1_break_hook$", "do_el1_brk64", "el1_abort",
     "el1_dbg", "el1_brk64", "el1h_64_sync", "^el1_sync",
     // Memory
     "alloc_page", "alloc_frozen_pages", "malloc", "zalloc", "calloc", "krealloc", "kmem_cache",
     "slab_", "allocate_slab", "folio_alloc", "^kfree$", "^kvfree$", "^vfree$", "kfree_skb",
     "memdup",
     // The page cache as an allocator
     "filemap_alloc_folio", "__filemap_get_folio", "find_or_create_page", "do_read_cache_folio",
     "read_cache_page", "pagecache_get_page", "grab_cache_page_write_begin", "find_lock_entries",
     "truncate_inode_pages_range", "^lock_page", "^unlock_page", "xas_start", "xas_load",
     "xas_find", "folio_lock", "folio_unlock", "mark_buffer_dirty", "^__brelse$", "^brelse$",
     "^clear_page", "^copy_page", "^__pi_clear_page", "^__pi_copy_page",
     // Strings and raw memory
     "memcpy", "memcmp", "memset", "memchr", "memmove", "strcmp", "strncmp", "strcpy", "strlcpy",
     "strncpy", "strscpy", "strlen", "strnlen", "strstr", "strnstr", "strchr", "strcat", "strdup",
     "strndup", "string", "pointer", "snprintf", "scnprintf", "kasprintf", "kvasprintf",
     "va_format", "^crc16", "^crc32", "^crc64", "^crc8", "^crc7", "^crc4", "crc_itu_t",
     "csum_partial",
     // User space and iterators
     "copy_to_user", "copy_from_user", "copy_to_iter", "copy_from_iter", "copy_page_to_iter",
     "copy_page_from_iter", "copy_folio_to_iter", "^copyin$", "^copyout$", "put_user", "get_user",
     "might_fault", "might_sleep", "__might_resched",
     // Locks and lockdep
     "lockdep", "lock_acquire", "lock_release", "lock_class", "mark_lock", "mark_held_locks",
     "reacquire_held_locks", "trace_hardirq", "trace_softirq", "perf_trace", "raw_spin_rq",
     "spin_lock", "spin_trylock", "spin_unlock", "read_lock", "read_trylock", "read_unlock",
     "write_lock", "write_trylock", "write_unlock", "^down$", "down_read", "down_write",
     "down_trylock", "^up$", "up_read", "up_write", "^mutex_", "^__mutex_", "^rt_mutex_",
     "owner_on_cpu", "^rtlock_", "osq_lock", "osq_unlock", "bh_enable", "bh_disable",
     "seqprop_assert", "assert_held", "assert_locked", "^lockref_",
     // Atomics, references, containers
     "atomic_dec", "atomic_inc", "atomic_read", "atomic_set", "atomic_or", "atomic_xor",
     "atomic_and", "atomic_add", "atomic_sub", "atomic_fetch", "atomic_xchg", "atomic_cmpxchg",
     "atomic_try", "atomic64_dec", "atomic64_inc", "atomic64_read", "atomic64_set", "atomic64_or",
     "atomic64_xor", "atomic64_and", "atomic64_add", "atomic64_sub", "atomic64_fetch",
     "atomic64_xchg", "atomic64_cmpxchg", "atomic64_try", "set_bit", "clear_bit", "change_bit",
     "test_bit", "^refcount_", "^kref_", "ref_tracker", "debug_object", "timer_is_static_object",
     "work_is_static_object", "list_add", "list_del", "list_replace", "list_move", "list_splice",
     "^rb_", "^__rb_", "^klist_",
     // Messages
     "printk", "dev_info", "dev_notice", "dev_warn", "dev_err", "dev_alert", "dev_crit",
     "dev_emerg",
     // Waiting, timers, work
     "__wake_up", "^complete$", "wait_for_completion", "finish_wait", "del_timer", "timer_delete",
     "timer_shutdown", "mod_timer", "lock_timer_base", "flush_work", "cancel_work_sync",
     "__cancel_work", "try_to_grab_pending", "drain_workqueue", "destroy_workqueue", "queue_work",
     "insert_work", "__queue_delayed_work", "queue_delayed_work_on", "kthread_stop",
     // The driver core, whose callers are the ones that err
     "kobject_", "add_uevent_var", "get_device_parent", "device_add", "device_del",
     "device_unregister", "device_destroy", "device_release", "devres_release_all",
     "device_for_each_child", "device_remove_file", "sysfs_remove", "tty_unregister_device",
     "hwrng_unregister", "i2c_del_adapter", "__unregister_client", "rollback_registered",
     "unregister_netdev", "dummy_urb_enqueue", "usb_kill_urb", "usb_kill_anchored_urbs",
     "usb_control_msg", "usb_hcd_submit_urb", "usb_submit_urb", "^iput$", "^iput_final$", "^ihold$",
     "dput", "drop_nlink", "inc_nlink", "clear_nlink", "set_nlink",
     // Devices' registers
     "readb$", "readw$", "readl$", "readq$", "writeb$", "writew$", "writel$", "writeq$", "logic_in",
     "logic_out"});

constexpr auto entries = std::to_array<string_view>(
    {"^entry_", "^do_syscall", "^do_fast_syscall", "^x64_sys_call", "^ia32_sys_call", "^do_int80",
     "^ret_from_", "^ret_fast_syscall", "^kthread$", "^start_secondary", "^secondary_startup",
     "^start_kernel", "^cpu_startup_entry", "^do_idle", "^el0_", "^el0t_", "^el1h_",
     "^invoke_syscall", "^do_el0_svc", "^syscall_exit", "^exit_to_user", "^sysenter_", "^asm_",
     "^x86_64_start", "^handle_exception",
     // Where arm64 looks whether there was a fault, whoever made it and when
     "^mte_check_tfsr", "^mte_thread_switch", "^mte_suspend_"});

constexpr auto dispatchers = std::to_array<string_view>(
    {// Ways into the kernel
     "do_syscall_", "do_fast_syscall_", "sysenter_dispatch", "tracesys_phase2", "el0_svc_handler",
     "el0_svc_common", "invoke_syscall", "ret_fast_syscall", "ret_from_fork", "do_page_fault",
     "^page_fault$", "__do_fault", "exit_to_usermode", "exit_to_user_mode",
     // What runs other people's functions
     "process_one_work", "netif_receive_skb", "do_softirq", "call_timer_fn", "_run_timers",
     "run_timer_softirq", "hrtimer_run", "run_ksoftirqd", "smpboot_thread_fn", "^kthread$",
     "start_secondary", "cpu_startup_entry", "tasklet_action", "tasklet_hi_action",
     "smp_call_function", "task_work_run", "__fput",
     // Files
     "vfs_write", "vfs_read", "vfs_iter_read", "vfs_iter_write", "do_iter_read", "do_iter_write",
     "call_read_iter", "call_write_iter", "new_sync_read", "new_sync_write", "vfs_ioctl",
     "ksys_ioctl", "compat_ioctl", "compat_sys_ioctl", "blkdev_driver_ioctl", "blkdev_ioctl",
     "do_iter_readv_writev", "^call_mmap", "mmap_region", "do_mmap", "do_dentry_open", "vfs_open",
     // Sockets
     "^sock_sendmsg", "^sock_recvmsg", "^sock_release", "^__sock_release", "^setsockopt$",
     "kernel_setsockopt", "sock_common_setsockopt", "^listen$", "kernel_listen",
     "sk_common_release", "^sock_mmap", "^accept$", "kernel_accept", "^sock_do_ioctl",
     "^sock_ioctl", "^compat_sock_ioctl", "^nfnetlink_rcv_msg", "^rtnetlink_rcv_msg",
     "^netlink_dump", "^socketpair", "^connect", "^ioctl", "^sys_socketpair", "^sys_connect",
     "^sys_ioctl", "^____sys_sendmsg", "^__sock_sendmsg", "^sock_read_iter", "^sock_write_iter",
     "^dev_ioctl", "^do_vfs_ioctl", "^__se_sys_ioctl"});

// A part of a name, as Where::skip writes it.
struct Part {
    explicit Part(string_view written)
        : text(written), begins(scan::take(text, "^")), ends(text.ends_with('$')) {
        text.remove_suffix(ends ? 1 : 0);
    }

    // Whether function has it at this position.
    [[nodiscard]] bool stands_at(string_view function, std::size_t position) const {
        const auto rest = function.substr(position);
        return (!begins || position == 0) && (ends ? rest == text : rest.starts_with(text));
    }

    string_view text;
    bool begins;
    bool ends;
};

// Many parts at once: for each two bytes of a name, those that begin with them.
class Parts {
  public:
    explicit Parts(std::span<const string_view> parts) {
        for (const auto written : parts) {
            const Part part(written);
            by_front_[index_of(part.text)].push_back(part);
        }
    }

    [[nodiscard]] bool match(string_view function) const {
        for (std::size_t i = 0; i + 1 < function.size(); ++i)
            for (const auto& part : by_front_[index_of(function.substr(i))])
                if (part.stands_at(function, i))
                    return true;
        return false;
    }

  private:
    static constexpr std::size_t fronts = 1024;

    static std::size_t index_of(string_view text) {
        const auto first = static_cast<unsigned char>(text[0]);
        const auto second = static_cast<unsigned char>(text[1]);
        return (first * 32U + second) % fronts;
    }

    std::array<std::vector<Part>, fronts> by_front_;
};

} // namespace

bool matches_any(string_view function, std::span<const string_view> parts) {
    return std::ranges::any_of(parts, [&](string_view written) {
        const Part part(written);
        if (!part.begins && !part.ends)
            return scan::contains(function, part.text);
        for (std::size_t i = 0; i < function.size(); ++i)
            if (part.stands_at(function, i))
                return true;
        return false;
    });
}

bool is_infrastructure(string_view function) {
    static const Parts parts(infrastructure);
    return parts.match(function);
}

bool is_entry(string_view function) {
    static const Parts parts(entries);
    return parts.match(function);
}

bool is_dispatcher(string_view function) {
    static const Parts parts(dispatchers);
    return parts.match(function);
}

} // namespace error_report
