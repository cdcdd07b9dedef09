// SPDX-License-Identifier: MIT
/* /dev/kmsg: a record a read, "6,1234,5678901,-;text\n KEY=value\n"; 1234 is its number. */
#include "consume.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void consume_kmsg(void)
{
	static char record[8192];
	int fd = open("/dev/kmsg", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || lseek(fd, 0, SEEK_END) < 0)
		fail("/dev/kmsg");
	ready();
	while (!stopped) {
		ssize_t size = read(fd, record, sizeof(record) - 1);
		const char *text, *end;

		if (size < 0) /* EPIPE: some were overwritten, as the next one's number tells */
			continue;
		record[size] = '\0';
		text = strchr(record, ',');
		note_number(text ? strtoull(text + 1, NULL, 10) : 0);
		text = memchr(record, ';', (size_t)size);
		end = text ? memchr(text, '\n', bytes(text, record + size)) : NULL;
		if (end)
			take_line(text + 1, bytes(text + 1, end));
	}
	close(fd);
}
