/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* The bytes that a call carried: where they lie in the program's memory, and a window of them. */
#pragma once
#include "collector.h"
#include "tables.h"

/* What is compared beyond the window's end lies in here too. */
#define TEXT (CARRY + WINDOW)
#define SLACK 64

/* What a call does, by its number: NodeAgent/Collectors/Http/HttpCalls.cs */
#define FORM 0x07
#define IS_SENT 0x08
/* Which argument has flags; 0 for none. */
#define FLAGS_SHIFT 4
enum form {
	FORM_BUFFER = 1,
	FORM_VECTOR,
	FORM_MESSAGE,
	FORM_MESSAGES,
	/* From a file or pipe, or into it: the bytes are in no program's memory. */
	FORM_FILE,
	FORM_SPLICE,
};

/* include/linux/socket.h */
#define MSG_OOB 1
#define MSG_PEEK 2
#define MSG_TRUNC 0x20
#define MSG_ERRQUEUE 0x2000

/* As 64-bit programs have them: include/uapi/linux/uio.h, struct user_msghdr of include/linux/socket.h. */
struct vector {
	__u64 base;
	__u64 length;
};
struct message {
	__u64 name[2];
	__u64 vectors;
	__u64 count;
	__u64 rest[3];
	__u64 bytes;
};

struct work {
	__u64 socket;
	/* When the call began and when it was over. */
	__u64 begun;
	__u64 now;
	/* Where the bytes are, how many there, and how many of the call are still to be looked at. */
	__u64 at;
	__u64 left;
	__u64 total;
	__u64 vectors;
	__u64 count;
	__u64 messages;
	__u64 message_count;
	/* Which ends of lines of the window are still to be looked at: a bit a byte. */
	__u64 ends[TEXT / 64];
	/* The line at hand, what was read this time, and the window's end, 0 without a window. */
	__u32 start;
	__u32 fresh;
	__u32 end;
	__u32 outcome;
	__u32 stop;
	__u32 pad2;
	__u8 is_sent;
	__u8 is_blind;
	__u8 is_done;
	__u8 pad[5];
	struct message message;
	struct vector vector;
	/* Empty. */
	struct line line;
	char text[TEXT + SLACK] __attribute__((aligned(8)));
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct work);
} works SEC(".maps");

#define ONES 0x0101010101010101ULL

static const __u8 bit_numbers[64] = {
	0, 1, 2, 53, 3, 7, 54, 27, 4, 38, 41, 8, 34, 55, 48, 28, 62, 5, 39, 46, 44, 42, 22, 9, 24, 35, 59, 56, 49, 18, 29, 11,
	63, 52, 6, 26, 37, 40, 33, 47, 61, 45, 43, 21, 23, 58, 17, 10, 51, 25, 36, 32, 60, 20, 57, 16, 50, 31, 19, 15, 30, 14, 13, 12,
};

/* Of the lowest bit that is set: by a product that has another highest six bits for each. */
static __always_inline __u32 lowest_bit(__u64 bits)
{
	return bit_numbers[((bits & -bits) * 0x022fdd63cc95386dULL) >> 58];
}

/* Marks the ends of lines, eight bytes at a time: a byte that is none becomes 0x80 or more by either sum or itself. */
static __noinline void find_ends_of_lines(struct work *work)
{
	__u64 *words = (void *)work->text;

#pragma unroll
	for (int group = 0; group < TEXT / 64; group++) {
		__u64 found = 0;

		if (work->end > group * 64) {
#pragma unroll
			for (int word = 0; word < 8; word++) {
				__u64 other = words[group * 8 + word] ^ ('\n' * ONES);
				__u64 is_end = ~(((other & (0x7f * ONES)) + 0x7f * ONES) | other | 0x7f * ONES);

				found |= (is_end >> 7) * 0x0102040810204080ULL >> 56 << (word * 8);
			}
			if (work->end < (group + 1) * 64)
				found &= (1ULL << (work->end & 63)) - 1;
		}
		work->ends[group] = found;
	}
}

/* Takes the next end of a line from those marked; TEXT when there is none. Goes by the map's memory, of whose values the verifier knows nothing: what follows is looked at once and not for each place. */
static __always_inline __u32 take_end_of_line(struct work *work)
{
	*(volatile __u32 *)&work->stop = TEXT;
#pragma unroll
	for (int group = 0; group < TEXT / 64; group++) {
		__u64 found = work->ends[group];

		if (found) {
			work->ends[group] = found & (found - 1);
			*(volatile __u32 *)&work->stop = group * 64 + lowest_bit(found);
			break;
		}
	}
	return *(volatile __u32 *)&work->stop;
}

static __always_inline void advance(struct work *work, __u64 bytes)
{
	work->at += bytes;
	work->left -= bytes;
	work->total -= bytes;
}

static __always_inline void drop_window(struct work *work)
{
	work->end = 0;
	work->start = 0;
}

/* What is in the window and was not looked at is no line: back to where it came from. */
static __always_inline __u64 give_back(struct work *work)
{
	__u64 rest = work->end - work->start;

	advance(work, -rest);
	drop_window(work);
	return rest;
}

/* Goes on where the next bytes lie. 0 when there are none, negative when that can't be read. */
static __always_inline int next_segment(struct work *work)
{
	struct message *message = &work->message;
	struct vector *vector = &work->vector;

	if (work->total == 0 || work->count == 0) {
		if (work->message_count == 0)
			return 0;
		if (bpf_probe_read_user(message, sizeof(*message), (void *)work->messages))
			return -1;
		work->messages += sizeof(*message);
		work->message_count--;
		work->vectors = message->vectors;
		work->count = message->count;
		work->total = (__u32)message->bytes;
		work->left = 0;
		return 1;
	}
	if (bpf_probe_read_user(vector, sizeof(*vector), (void *)work->vectors))
		return -1;
	work->vectors += sizeof(*vector);
	work->count--;
	work->at = vector->base;
	work->left = vector->length;
	return 1;
}

/* Reads the next bytes behind those that were carried. False when they can't be read. */
static __always_inline int fill(struct work *work, struct stream *stream)
{
	__u64 bytes = work->left < work->total ? work->left : work->total;
	__u64 carried = BOUNDED(stream->carried, CARRY);

	if (bytes > WINDOW)
		bytes = WINDOW;
	bytes = BOUNDED(bytes, WINDOW);
	if (work->is_blind || bpf_probe_read_user(work->text + carried, bytes, (void *)work->at))
		return 0;
	if (carried > 0)
		bpf_probe_read_kernel(work->text, carried, stream->carry);
	stream->carried = 0;
	if (stream->bytes == 0)
		stream->begun = work->is_sent ? work->begun : work->now;
	stream->bytes += bytes;
	work->start = 0;
	work->fresh = carried;
	work->end = carried + bytes;
	advance(work, bytes);
	find_ends_of_lines(work);
	return 1;
}
