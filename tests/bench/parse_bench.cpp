// SPDX-License-Identifier: MIT
// Bytes of log a second on one core, for the logs that there are and for those that somebody makes
// up to be slow. scripts/bench runs it.
#include "parse/finder.h"
#include "parse/parse.h"

#include <benchmark/benchmark.h>
#include <cstddef>
#include <string>
#include <string_view>

namespace error_report {
namespace {

// Of a log, the argument of each benchmark.
constexpr std::int64_t log_bytes = 100'000'000;
constexpr std::int64_t tenth = log_bytes / 10;

constexpr std::string_view quiet_lines =
    "[  221.211609][ T9991] usb 1-1: new high-speed USB device number 2 using xhci_hcd\n"
    "[  221.219706][    C1] IPv6: ADDRCONF(NETDEV_CHANGE): veth0: link becomes ready\n"
    "<6>[  221.219706] EXT4-fs (sda1): mounted filesystem with ordered data mode. Quota mode: "
    "none.\n"
    "Nov 22 15:09:06 web1 kernel: audit: type=1400 audit(1750305980.320:67): avc: denied { mount "
    "}\n"
    "Nov 22 15:09:06 web1 sshd[4711]: Accepted publickey for root from 192.0.2.1 port 51234 ssh2\n";

constexpr std::string_view report_lines =
    "[  221.211609][ T9991] ==================================================================\n"
    "[  221.219706][ T9991] BUG: KASAN: slab-use-after-free in consumer_release+0x57/0x150 "
    "[consumer]\n"
    "[  221.229282][ T9991] Read of size 8 at addr ffff88823bc8cf68 by task reader/9991\n"
    "[  221.229282][ T9991] \n"
    "[  221.379815][ T9991] CPU: 1 UID: 0 PID: 9991 Comm: reader Not tainted 6.12.0 #1\n"
    "[  221.379815][ T9991] Hardware name: QEMU Standard PC (i440FX + PIIX, 1996)\n"
    "[  221.379815][ T9991] Call Trace:\n"
    "[  221.379815][ T9991]  <TASK>\n"
    "[  221.379815][ T9991]  dump_stack_lvl+0x241/0x360\n"
    "[  221.379815][ T9991]  ? __pfx_dump_stack_lvl+0x10/0x10\n"
    "[  221.379815][ T9991]  print_report+0x169/0x550\n"
    "[  221.379815][ T9991]  kasan_report+0x143/0x180\n"
    "[  221.379815][ T9991]  consumer_release+0x57/0x150 [consumer]\n"
    "[  221.379815][ T9991]  __fput+0x24a/0x8a0\n"
    "[  221.379815][ T9991]  task_work_run+0x24f/0x310\n"
    "[  221.379815][ T9991]  do_syscall_64+0x100/0x230\n"
    "[  221.379815][ T9991]  entry_SYSCALL_64_after_hwframe+0x77/0x7f\n"
    "[  221.379815][ T9991]  </TASK>\n"
    "[  221.379815][ T9991] \n"
    "[  221.320273][ T9991] Allocated by task 9997:\n"
    "[  221.320273][ T9991]  kasan_save_track+0x3f/0x80\n"
    "[  221.320273][ T9991]  __kmalloc_cache_noprof+0x19c/0x2c0\n"
    "[  221.325219][ T9991]  consumer_open+0x19c/0x850 [consumer]\n"
    "[  221.330249][ T9991]  do_dentry_open+0x970/0x1440\n"
    "[  221.377815][ T9991] \n"
    "[  221.383987][ T9991] Freed by task 9997:\n"
    "[  221.388320][ T9991]  kasan_save_free_info+0x40/0x50\n"
    "[  221.388320][ T9991]  kfree+0x149/0x360\n"
    "[  221.388320][ T9991]  consumer_close+0x13b/0x190 [consumer]\n"
    "[  221.377815][ T9991] \n"
    "[  221.377815][ T9991] The buggy address belongs to the object at ffff88823bc8cf00\n"
    "[  221.377815][ T9991]  which belongs to the cache kmalloc-192 of size 192\n"
    "[  221.377815][ T9991] Memory state around the buggy address:\n"
    "[  221.377815][ T9991]  ffff88823bc8ce00: fa fb fb fb fb fb fb fb fb fb fb fb fb fb fb fb\n"
    "[  221.377815][ T9991] >ffff88823bc8cf00: fa fb fb fb fb fb fb fb fb fb fb fb fb fb fb fb\n"
    "[  221.377815][ T9991] ==================================================================\n";

// What each stage would have to look at again and again if it could be made to.
constexpr std::string_view brackets_line = "[[[[[[[[[[[[[[[[[ 1.[ 1.[ 1.[ 1.[ 1.[ 1.[ 1.[ 1.[    [ "
                                           "   [    [    [   [1[1[1[1[1[1[1[1[1[1[1[1\n";
constexpr std::string_view headlines_line = "[    1.000000] BUG: BUG: BUG: KASAN: in in in in "
                                            "WARNING: at .c: .c: .c: mm/ mm/ lib/refcount\n";
constexpr std::string_view introductions_line = "[    1.000000] rcu: rcu: rcu: rcu: rcu: rcu: rcu: "
                                                "watchdog: watchdog: watchdog: Oops: Oops: Oo\n";
constexpr std::string_view frames_lines =
    "[    1.000000] WARNING: CPU: 0 PID: 1 at a.c:1 f+0x1/0x2\n"
    "[    1.000000]  ? f+0x1/0x2 ? f+0x1/0x2 f+0x1/0x2:\n"
    "[    1.000000] Call Trace: at: at: at: f+0x1/0x2 at:\n"
    "[    1.000000] <IRQ> <IRQ> <IRQ> [<ff>] [<ff>] (a) fro\n";

// Line by line, over and over until there were so many bytes as the argument says.
void read_log(benchmark::State& state, std::string_view lines, auto take) {
    const auto wanted = static_cast<std::size_t>(state.range(0));
    std::size_t bytes = 0;
    while (bytes < wanted) {
        auto rest = lines;
        while (!rest.empty()) {
            const auto end = rest.find('\n');
            take(rest.substr(0, end));
            rest.remove_prefix(end + 1);
        }
        bytes += lines.size();
    }
    state.SetBytesProcessed(state.bytes_processed() + static_cast<std::int64_t>(bytes));
}

void find_and_parse(benchmark::State& state, std::string_view lines) {
    std::size_t reports = 0;
    for (auto _ : state) {
        ReportFinder finder([&](const FoundReport& found) {
            benchmark::DoNotOptimize(parse_report(found));
            ++reports;
        });
        read_log(state, lines, [&](std::string_view line) { finder.line(line); });
        finder.finish();
    }
    state.counters["reports"] = static_cast<double>(reports);
}

// What whoever reads a log has to do at least.
void split(benchmark::State& state, std::string_view lines) {
    for (auto _ : state)
        read_log(state, lines, [](std::string_view line) { benchmark::DoNotOptimize(line); });
}

void sizes(benchmark::internal::Benchmark* benchmark) {
    benchmark->Arg(tenth)->Arg(log_bytes)->Unit(benchmark::kMillisecond);
}

BENCHMARK_CAPTURE(split, split_only, quiet_lines)->Apply(sizes);
BENCHMARK_CAPTURE(find_and_parse, quiet, quiet_lines)->Apply(sizes);
BENCHMARK_CAPTURE(find_and_parse, reports, report_lines)->Apply(sizes);
BENCHMARK_CAPTURE(find_and_parse, brackets, brackets_line)->Apply(sizes);
BENCHMARK_CAPTURE(find_and_parse, headlines, headlines_line)->Apply(sizes);
BENCHMARK_CAPTURE(find_and_parse, introductions, introductions_line)->Apply(sizes);
BENCHMARK_CAPTURE(find_and_parse, frames, frames_lines)->Apply(sizes);

// Every kind of line above, and as many bytes of each.
std::string all_lines() {
    constexpr std::size_t share = std::size_t{64} << 10;
    std::string result;
    for (const auto lines :
         {quiet_lines, report_lines, brackets_line, headlines_line, introductions_line,
          frames_lines})
        for (std::size_t bytes = 0; bytes < share; bytes += lines.size())
            result += lines;
    return result;
}

std::string long_line() {
    constexpr std::size_t bytes = std::size_t{16} << 10;
    return std::string(bytes, '[') + '\n';
}

BENCHMARK_CAPTURE(find_and_parse, long_lines, long_line())->Apply(sizes);
BENCHMARK_CAPTURE(find_and_parse, everything, all_lines())->Apply(sizes);

} // namespace
} // namespace error_report

BENCHMARK_MAIN();
