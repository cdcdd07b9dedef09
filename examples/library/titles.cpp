// SPDX-License-Identifier: MIT
// Prints each error report's number and title as it ends, and misses none: the library sees to
// overruns and reloads. Needs CAP_SYS_ADMIN.
#include <error_report.h>
#include <iostream>
#include <variant>

int main() {
    const auto subscription = error_report::Subscription::open();
    if (!subscription) {
        std::cerr << subscription.error().message << '\n';
        return 1;
    }
    std::cerr << "subscribed\n";
    while (const auto record = (*subscription)->next())
        if (const auto* report = std::get_if<error_report::Report>(&*record))
            std::cout << report->seq << ' ' << error_report::parse_report(report->text).title
                      << std::endl;
    return 1;
}
