/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* HTTP/2 as it comes, by its frames: RFC 9113. Of what is compressed only that is read which stands in HPACK's own table (RFC 7541, appendix A); the rest is counted and not guessed. */
#pragma once
#include "message.h"

/* RFC 9113, sections 4.1, 6 and 7.1 */
#define FRAME_HEAD 9
#define FRAME_DATA 0
#define FRAME_HEADERS 1
#define FRAME_RESET 3
#define FRAME_SETTINGS 4ULL
#define FRAME_WINDOW_UPDATE 8ULL
#define FRAME_CONTINUATION 9
#define FLAG_END_STREAM 0x01
#define FLAG_END_HEADERS 0x04
#define FLAG_PADDED 0x08
#define FLAG_PRIORITY 0x20
#define PRIORITY 5

/* RFC 7541, appendix A: GET and POST, and the seven statuses. */
#define STATIC_GET 2
#define STATIC_POST 3
#define STATIC_STATUS 8
#define STATUSES 7

/* Fields that may stand before the one that is looked for: Go sends the host before the method. */
#define FIELDS 4

/* Bytes of a frame that are kept for looking at. */
#define HEAD CARRY

/* Where a request that waits may lie in the table, from the place that its number names. */
#define PROBES 8

/* In a section of its own: libbpf 1.1 gives all variables of one that are not seen outside the same place. */
const __u16 statuses[STATUSES + 1] SEC(".rodata.statuses") = { 200, 204, 206, 304, 400, 404, 500 };

static __always_inline __u8 byte_of(struct stream *stream, __u32 at)
{
	asm volatile("" : "+r"(at));
	return stream->carry[at & (HEAD - 1)];
}

/* Behind a number whose first byte was full: RFC 7541, section 5.1. */
static __always_inline __u32 behind_number(struct stream *stream, __u32 at)
{
	for (int place = 0; place < 3 && byte_of(stream, at) & 0x80; place++)
		at++;
	return at + 1;
}

static __always_inline int is_looked_for(__u32 index)
{
	return index == STATIC_GET || index == STATIC_POST || index - STATIC_STATUS < STATUSES;
}

static __always_inline __u32 payload_of(struct stream *stream)
{
	return (__u32)byte_of(stream, 0) << 16 | (__u32)byte_of(stream, 1) << 8 | byte_of(stream, 2);
}

/* The entry of HPACK's own table that says a request's method or an answer's status; 0 where it is said in another way. Not inlined and not static: see begin_line. */
__noinline int method_or_status(struct stream *stream, __u32 at, __u32 end)
{
	if (!stream)
		return 0;
	for (int field = 0; field < FIELDS; field++) {
		__u8 byte = byte_of(stream, at), length;
		__u32 most, index;

		if (at >= end)
			return 0;
		at++;
		if (byte & 0x80) {
			index = byte & 0x7f;
			if (is_looked_for(index))
				return index;
			if (index == 0x7f)
				at = behind_number(stream, at);
			continue;
		}
		if ((byte & 0xe0) == 0x20) {
			/* The table's size. */
			if (byte == 0x3f)
				at = behind_number(stream, at);
			continue;
		}
		most = byte & 0x40 ? 0x3f : 0x0f;
		index = byte & most;
		/* Another value; or a name in letters, which none of those has that come first. */
		if (index == 0 || is_looked_for(index))
			return 0;
		if (index == most)
			at = behind_number(stream, at);
		length = byte_of(stream, at) & 0x7f;
		if (at >= end || length == 0x7f)
			return 0;
		at += 1 + length;
	}
	return 0;
}

/* The place of a request that waits, or with `number` 0 a free one. */
static __always_inline struct waiting *place_of(struct waiting_requests *all, __u32 stream, __u32 number)
{
#pragma unroll
	for (int probe = 0; probe < PROBES; probe++) {
		struct waiting *one = &all->requests[inside_table(stream / 2 + probe)];

		if (one->stream == number)
			return one;
	}
	return 0;
}

/* As with HTTP/1, whose queue lends a place: here none waits for another. */
static __always_inline void end_of_waiting(struct connection *connection, struct waiting *one, int is_aborted, __u64 now)
{
	struct request *request = &connection->requests[connection->oldest & (PENDING - 1)];
	struct stream *answer = &connection->streams[RESPONSE];

	request->begun = one->begun;
	request->bytes = one->request_bytes;
	request->method = one->method;
	answer->status = one->status;
	answer->bytes = one->response_bytes;
	connection->first = one->first;
	one->stream = 0;
	account(connection, one->is_answered, is_aborted, now);
}

static __always_inline void ask(struct waiting *one, struct stream *stream, int entry)
{
	one->begun = stream->begun;
	one->method = entry == STATIC_GET ? METHOD_GET : entry == STATIC_POST ? METHOD_POST : METHOD_HTTP2;
}

static __always_inline void begin_waiting(struct waiting *one, struct stream *stream, __u32 number, int entry)
{
	ask(one, stream, entry);
	one->stream = number;
	one->first = 0;
	one->request_bytes = 0;
	one->response_bytes = 0;
	one->status = 0;
	one->is_answered = 0;
	one->has_body = 0;
	one->is_ending = 0;
	one->is_early = 0;
	one->is_over = 0;
	one->is_aborted = 0;
}

/* The head of an answer, of an interim one, or what follows a body. */
static __always_inline void take_head_of_answer(struct waiting *one, struct stream *stream, int entry, int is_end)
{
	int has_status = entry >= STATIC_STATUS;

	if (one->has_body || (one->is_answered && is_end && !has_status))
		return;
	one->is_answered = 1;
	one->first = stream->begun;
	one->status = has_status ? statuses[(entry - STATIC_STATUS) & STATUSES] : 0;
}

/* The frame whose head is carried. Not static: see account. */
__noinline int take_frame(struct connection *connection, struct work *work, int direction)
{
	__u32 length, type, flags, number;
	struct waiting_requests *all;
	struct waiting *one;
	struct stream *stream;
	struct counts *of;
	int entry = 0;
	__u64 socket;

	if (!connection || !work)
		return LOST;
	stream = &connection->streams[direction & 1];
	socket = connection->socket;
	all = bpf_map_lookup_elem(&waiting_requests, &socket);
	if (!all)
		return LOST;
	length = payload_of(stream);
	type = byte_of(stream, 3);
	flags = byte_of(stream, 4);
	number = ((__u32)byte_of(stream, 5) << 24 | (__u32)byte_of(stream, 6) << 16 | (__u32)byte_of(stream, 7) << 8 | byte_of(stream, 8)) & 0x7fffffff;
	stream->left = FRAME_HEAD + length - stream->carried;
	stream->slot = 0;
	if (type == FRAME_HEADERS) {
		__u32 at = FRAME_HEAD + (flags & FLAG_PADDED ? 1 : 0) + (flags & FLAG_PRIORITY ? PRIORITY : 0);

		entry = method_or_status(stream, at, stream->carried);
	}
	one = number ? place_of(all, number, number) : 0;
	/* A call that sends is heard of when it is over: what it asked for may have been answered by then, to another thread. */
	if (type == FRAME_HEADERS && number & 1 && number > all->last && (direction == REQUEST || !one)) {
		int is_early = one != 0;

		if (!one)
			one = place_of(all, number, 0);
		if (direction == REQUEST)
			all->last = number;
		if (!one) {
			of = books_of(connection->owner.group);
			if (of) {
				ADD(of->seen, 1);
				ADD(of->lost_map, 1);
			}
			return GOES_ON;
		}
		if (is_early) {
			ask(one, stream, entry);
			one->is_early = 0;
			if (one->is_over)
				stream->slot = number;
		} else {
			begin_waiting(one, stream, number, entry);
			one->is_early = direction == RESPONSE;
			connection->next++;
		}
	}
	if (!one)
		return GOES_ON;
	switch (type) {
	case FRAME_RESET:
		stream->slot = number;
		return RESET;
	case FRAME_HEADERS:
		if (direction == REQUEST)
			break;
		take_head_of_answer(one, stream, entry, flags & FLAG_END_STREAM);
		/* The last of it is in the frame that ends the head. */
		if (!(flags & FLAG_END_HEADERS)) {
			one->is_ending = flags & FLAG_END_STREAM;
			flags = 0;
		}
		break;
	case FRAME_DATA:
		if (direction == RESPONSE)
			one->has_body = 1;
		break;
	case FRAME_CONTINUATION:
		flags = flags & FLAG_END_HEADERS && one->is_ending ? FLAG_END_STREAM : 0;
		break;
	default:
		return GOES_ON;
	}
	if (direction == REQUEST) {
		one->request_bytes += FRAME_HEAD + length;
	} else {
		one->response_bytes += FRAME_HEAD + length;
		/* It is over when the last byte of this has come. */
		if (flags & FLAG_END_STREAM)
			stream->slot = number;
	}
	return GOES_ON;
}

/* The request of the frame at hand is over. Apart from take_frame, so that neither's stack lies below the other's: together they may have 512 bytes. */
__noinline int end_of_frame(struct connection *connection, struct work *work, int direction, int is_aborted)
{
	struct waiting_requests *all;
	struct waiting *one;
	struct stream *stream;
	__u64 socket;
	__u32 number;

	if (!connection || !work)
		return 0;
	stream = &connection->streams[direction & 1];
	number = stream->slot;
	stream->slot = 0;
	socket = connection->socket;
	all = bpf_map_lookup_elem(&waiting_requests, &socket);
	one = all ? place_of(all, number, number) : 0;
	if (one && one->is_early) {
		one->is_over = 1;
		one->is_aborted = is_aborted;
	} else if (one) {
		end_of_waiting(connection, one, is_aborted || one->is_aborted, work->now);
	}
	return 0;
}

/* One piece: of a frame's head with as much behind it as is looked at, of its payload, or both. `work->is_done` is set where nothing is left of the call. Not static: see account. */
__noinline int step_by_frames(struct connection *connection, struct work *work)
{
	__u64 bytes, carried, wanted;
	int direction, more, outcome = GOES_ON;
	struct stream *stream;

	if (!connection || !work)
		return LOST;
	direction = (connection->role == ROLE_SERVER) == work->is_sent ? RESPONSE : REQUEST;
	stream = &connection->streams[direction & 1];
	if (work->total == 0 || work->left == 0) {
		more = next_segment(work);
		work->is_done = more == 0;
		return more < 0 ? LOST : GOES_ON;
	}
	bytes = work->left < work->total ? work->left : work->total;
	if (stream->left == 0) {
		carried = BOUNDED(stream->carried, HEAD - 1);
		wanted = FRAME_HEAD;
		if (carried >= FRAME_HEAD) {
			wanted += payload_of(stream);
			wanted = wanted < HEAD - 1 ? wanted : HEAD - 1;
		}
		wanted -= carried;
		bytes = BOUNDED(bytes < wanted ? bytes : wanted, HEAD - 1);
		if (carried == 0)
			stream->begun = work->is_sent ? work->begun : work->now;
		if (work->is_blind || bpf_probe_read_user(stream->carry + carried, bytes, (void *)work->at))
			return LOST;
		advance(work, bytes);
		carried += bytes;
		stream->carried = carried;
		/* Of other frames than those with fields nothing behind the head is looked at. */
		if (carried < FRAME_HEAD || (bytes < wanted && carried > FRAME_HEAD) || (carried == FRAME_HEAD && byte_of(stream, 3) == FRAME_HEADERS && payload_of(stream) > 0))
			return GOES_ON;
		outcome = take_frame(connection, work, direction);
		stream->carried = 0;
		if (outcome == LOST)
			return LOST;
		bytes = work->left < work->total ? work->left : work->total;
	}
	bytes = bytes < stream->left ? bytes : stream->left;
	stream->left -= bytes;
	advance(work, bytes);
	if (stream->slot && (stream->left == 0 || outcome == RESET))
		end_of_frame(connection, work, direction, outcome == RESET);
	return GOES_ON;
}

/* The preface was right: what is left of the window is frames. */
static __always_inline int begin_frames(struct connection *connection, struct work *work)
{
	__u64 socket = connection->socket;
	__u32 first = 0;
	struct waiting_requests *none = bpf_map_lookup_elem(&no_requests, &first);
	struct counts *of;

	connection->is_http2 = 1;
	give_back(work);
	if (http.has_records) {
		struct line_key line = { .socket = socket, .request = connection->next };

		bpf_map_delete_elem(&lines, &line);
	}
	if (none && bpf_map_update_elem(&waiting_requests, &socket, none, BPF_NOEXIST) == 0)
		return GOES_ON;
	of = books_of(connection->owner.group);
	if (of) {
		ADD(of->seen, 1);
		ADD(of->lost_map, 1);
	}
	return NOT_HTTP;
}
