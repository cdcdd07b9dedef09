// SPDX-License-Identifier: MIT
/*
 * Usage: write_frames RECORDING FRAMES >FILE
 *
 * What error-report listen can at best be as fast as: reads the packets of RECORDING, and hands
 * what error-report made of it before to one write(2) a record.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* As userspace/source/pcap.cpp has them. */
#define FILE_HEADER 24
#define LONGEST_PACKET (1 << 20)

struct packet_header {
	uint32_t seconds, nanoseconds;
	uint32_t captured, length;
};

struct frames {
	const char *at;
	size_t left;
};

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static FILE *open_recording(const char *path)
{
	char header[FILE_HEADER];
	FILE *file = fopen(path, "re");

	if (!file || fread(header, sizeof(header), 1, file) != 1)
		fail(path);
	return file;
}

/* Mapped, so that where the bytes come from costs next to nothing. */
static struct frames open_frames(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	void *memory;

	if (fd < 0 || fstat(fd, &status) < 0)
		fail(path);
	memory = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
	if (memory == MAP_FAILED)
		fail(path);
	return (struct frames) { memory, (size_t)status.st_size };
}

static bool read_packet(FILE *recording)
{
	static char packet[LONGEST_PACKET];
	struct packet_header header;

	return fread(&header, sizeof(header), 1, recording) == 1 &&
	       header.captured <= sizeof(packet) &&
	       fread(packet, header.captured, 1, recording) == 1;
}

/* Of a line and what the format text has behind it: indented ones. */
static size_t frame_size(const struct frames *frames)
{
	size_t size = 0;

	do {
		const char *end = memchr(frames->at + size, '\n', frames->left - size);

		size = end ? (size_t)(end - frames->at) + 1 : frames->left;
	} while (size < frames->left && frames->at[size] == ' ');
	return size;
}

static bool write_frame(struct frames *frames)
{
	size_t size = frames->left ? frame_size(frames) : 0;

	if (!size)
		return false;
	if (write(STDOUT_FILENO, frames->at, size) != (ssize_t)size)
		fail("write");
	frames->at += size;
	frames->left -= size;
	return true;
}

int main(int argc, char **argv)
{
	struct frames frames;
	FILE *recording;
	bool more = true;

	if (argc != 3) {
		fprintf(stderr, "usage: %s RECORDING FRAMES >FILE\n", argv[0]);
		return 2;
	}
	recording = open_recording(argv[1]);
	frames = open_frames(argv[2]);
	/* There is about one of each for the other; what is left of either follows. */
	while (more) {
		more = read_packet(recording);
		more |= write_frame(&frames);
	}
	return 0;
}
