// SPDX-License-Identifier: MIT
// Prints each error report of the kernel once, beginning with those that it retains, and misses
// none that it can still give: join first, then dump; after an overrun drain, then dump again.
// Needs CAP_SYS_ADMIN. A reload of the module, which begins with SEQ 1 again, is left out.
#include <iostream>
#include <linux/error_report.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <poll.h>
#include <stdexcept>
#include <string>
#include <utility>

static uint64_t last = 0;  // SEQ of the newest report that was printed
static bool behind = true; // what comes by itself will come with the dump

static int check(int result, const char* what) {
    if (result < 0)
        throw std::runtime_error(std::string(what) + ": " + nl_geterror(result));
    return result;
}

static int on_report(nl_msg* message, void*) {
    nlattr* a[ERROR_REPORT_A_MAX + 1];
    // LOST_NTF has no text; a gap in SEQ says the same.
    if (genlmsg_parse(nlmsg_hdr(message), 0, a, ERROR_REPORT_A_MAX, nullptr) == 0 &&
        a[ERROR_REPORT_A_TEXT] && nla_get_u64(a[ERROR_REPORT_A_SEQ]) > last) {
        last = nla_get_u64(a[ERROR_REPORT_A_SEQ]);
        std::cout << last << ' ' << nla_get_string(a[ERROR_REPORT_A_TOOL]) << '\n'
                  << nla_get_string(a[ERROR_REPORT_A_TEXT]) << std::endl;
    }
    return NL_OK;
}

static int on_event(nl_msg* message, void* unused) {
    return behind ? int{NL_OK} : on_report(message, unused);
}

static void dump(nl_sock* socket, int family) {
    nl_msg* request = nlmsg_alloc();
    genlmsg_put(
        request, NL_AUTO_PORT, NL_AUTO_SEQ, family, 0, NLM_F_DUMP, ERROR_REPORT_CMD_REPORT_GET, 1);
    nla_put_u64(request, ERROR_REPORT_A_SEQ, last + 1);
    check(nl_send_auto(socket, request), "cannot ask");
    nlmsg_free(request);
    // NLE_DUMP_INTR: the kernel dropped some meanwhile.
    if (const int result = nl_recvmsgs_default(socket); result != -NLE_DUMP_INTR)
        check(result, "cannot dump");
}

int main() try {
    nl_sock* events = nl_socket_alloc();
    nl_sock* requests = nl_socket_alloc();
    check(genl_connect(events), "cannot connect");
    check(genl_connect(requests), "cannot connect");
    const int family =
        check(genl_ctrl_resolve(requests, ERROR_REPORT_FAMILY_NAME), "no such family");
    const int group =
        genl_ctrl_resolve_grp(requests, ERROR_REPORT_FAMILY_NAME, ERROR_REPORT_MCGRP_REPORTS);
    check(nl_socket_add_membership(events, check(group, "no such group")), "cannot join");
    nl_socket_set_nonblocking(events);
    nl_socket_disable_seq_check(events);
    nl_socket_modify_cb(events, NL_CB_VALID, NL_CB_CUSTOM, on_event, nullptr);
    nl_socket_modify_cb(requests, NL_CB_VALID, NL_CB_CUSTOM, on_report, nullptr);
    std::cerr << "subscribed\n";
    for (;;) {
        const int result = nl_recvmsgs_default(events);
        if (result == -NLE_NOMEM) { // libnl's word for ENOBUFS
            behind = true;
        } else if (result == -NLE_AGAIN) {
            if (std::exchange(behind, false))
                dump(requests, family);
            pollfd waiting{nl_socket_get_fd(events), POLLIN, 0};
            poll(&waiting, 1, -1);
        } else {
            check(result, "cannot receive");
        }
    }

} catch (const std::exception& error) {

    std::cerr << error.what() << '\n';
    return 1;
}
