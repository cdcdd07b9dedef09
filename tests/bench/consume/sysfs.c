// SPDX-License-Identifier: MIT
/* The interface of 2021: poll() says that there is a report, last_report has its first page. */
#include "consume.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FOLDER "/sys/kernel/error_report/"

static uint64_t read_count(int fd)
{
	char digits[32] = "";

	if (pread(fd, digits, sizeof(digits) - 1, 0) < 0)
		fail(FOLDER "report_count");
	return strtoull(digits, NULL, 10);
}

void consume_sysfs(void)
{
	static char text[8192];
	int counter = open(FOLDER "report_count", O_RDONLY | O_CLOEXEC);
	int report = open(FOLDER "last_report", O_RDONLY | O_CLOEXEC);
	struct pollfd wanted = {.fd = counter, .events = POLLPRI};
	uint64_t before;

	if (counter < 0 || report < 0)
		fail(FOLDER);
	before = read_count(counter);
	ready();
	while (!stopped) {
		uint64_t count;
		ssize_t size;

		if (poll(&wanted, 1, -1) < 0)
			continue;
		/* The text is the last report's, whichever that is by now. */
		do {
			count = read_count(counter);
			size = pread(report, text, sizeof(text), 0);
		} while (count != read_count(counter));
		if (count == before)
			continue;
		if (size >= 0)
			take_report(now(), text, (size_t)size);
		note_loss(count - before - 1);
		before = count;
	}
	close(report);
	close(counter);
}
