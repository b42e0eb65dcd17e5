/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* HTTP/1 as it comes, in pieces of any size: RFC 9112; and the preface of HTTP/2, which looks like it: RFC 9113, section 3.4. */
#pragma once
#include "account.h"

/* What a step came to. */
enum outcome {
	GOES_ON,
	/* The oldest request has its answer. */
	ANSWERED,
	/* Its preface was right. */
	HTTP2,
	/* A frame that breaks a request off. */
	RESET,
	/* It is not HTTP. */
	NOT_HTTP,
	/* It is HTTP and can't be followed. */
	LOST,
};

/* Calls of more lines and chunks can't be followed: a program must come to its end. */
#define STEPS 4096

#define MOST_METHOD 24

/* Fields at once that do not matter. */
#define SKIPPED 4

#define EIGHT(text, at) (*(__u64 *)((text) + (at)))
#define WORD(a, b, c, d, e, f, g, h) \
	((__u64)(a) | (__u64)(b) << 8 | (__u64)(c) << 16 | (__u64)(d) << 24 | (__u64)(e) << 32 | (__u64)(f) << 40 | (__u64)(g) << 48 | (__u64)(h) << 56)
#define BYTES(number) ((number) == 8 ? ~0ULL : (1ULL << ((number) * 8)) - 1)
#define LOWER (0x20 * ONES)

/* A place in the window. The compiler knows that it is one already, Linux 6.1 does not. */
static __always_inline __u32 inside(__u32 place)
{
	asm volatile("" : "+r"(place));
	return place & (TEXT - 1);
}

static __always_inline int method_of(__u64 word)
{
	if ((word & BYTES(4)) == WORD('G', 'E', 'T', ' ', 0, 0, 0, 0))
		return METHOD_GET;
	if ((word & BYTES(5)) == WORD('P', 'O', 'S', 'T', ' ', 0, 0, 0))
		return METHOD_POST;
	if ((word & BYTES(5)) == WORD('H', 'E', 'A', 'D', ' ', 0, 0, 0))
		return METHOD_HEAD;
	if ((word & BYTES(4)) == WORD('P', 'U', 'T', ' ', 0, 0, 0, 0))
		return METHOD_PUT;
	if ((word & BYTES(7)) == WORD('D', 'E', 'L', 'E', 'T', 'E', ' ', 0))
		return METHOD_DELETE;
	if (word == WORD('O', 'P', 'T', 'I', 'O', 'N', 'S', ' '))
		return METHOD_OPTIONS;
	if ((word & BYTES(6)) == WORD('P', 'A', 'T', 'C', 'H', ' ', 0, 0))
		return METHOD_PATCH;
	if (word == WORD('C', 'O', 'N', 'N', 'E', 'C', 'T', ' '))
		return METHOD_CONNECT;
	if ((word & BYTES(6)) == WORD('T', 'R', 'A', 'C', 'E', ' ', 0, 0))
		return METHOD_TRACE;
	return METHOD_OTHER;
}

/* Whether a name in capitals and a space stand at a line's beginning, as methods of extensions do. */
__noinline int is_other_method(struct work *work, __u32 at)
{
	if (!work)
		return 0;
	for (int place = 0; place < MOST_METHOD; place++) {
		__u8 byte = work->text[(at & (TEXT - 1)) + place];

		if (byte == ' ')
			return place > 0;
		if ((byte < 'A' || byte > 'Z') && byte != '-')
			return 0;
	}
	return 0;
}

static __always_inline int is_version(__u64 word)
{
	return (word & BYTES(7)) == WORD('H', 'T', 'T', 'P', '/', '1', '.', 0) && (word >> 56 == '0' || word >> 56 == '1');
}

/* 0 where there is none. */
static __always_inline __u32 status_of(const char *text, __u32 at)
{
	__u64 code = EIGHT(text, at + 8);
	__u32 hundreds = (__u8)(code >> 8) - '0', tens = (__u8)(code >> 16) - '0', ones = (__u8)(code >> 24) - '0';

	__u8 behind = code >> 32;

	if (!is_version(EIGHT(text, at)) || (__u8)code != ' ' || (behind != ' ' && behind != '\r' && behind != '\n') || hundreds - 1 > 8 || tens > 9 || ones > 9)
		return 0;
	return hundreds * 100 + tens * 10 + ones;
}

/* The number that begins at a place, behind spaces; false when there is none. */
static __always_inline int number_of(const char *text, __u32 at, __u32 base, __u64 *number)
{
	__u64 value = 0;
	int digits = 0;

	for (int place = 0; place < 20; place++) {
		__u8 byte = text[at + place];
		__u32 digit = (__u32)byte - '0';

		if (base == 16 && digit > 9)
			digit = (byte | 0x20) >= 'a' && (byte | 0x20) <= 'f' ? (byte | 0x20) - 'a' + 10 : 16;
		if (digit < base) {
			value = value * base + digit;
			digits = 1;
		} else if (digits || (byte != ' ' && byte != '\t')) {
			break;
		}
	}
	*number = value;
	return digits;
}

/* What matters at a line's beginning. Not inlined and not static, as power: Linux 7.2 would come to no end with the ways through all of it. */
__noinline int begin_line(struct stream *stream, struct work *work, int direction, __u32 at)
{
	const char *text;
	__u64 one, two;

	if (!stream || !work)
		return 0;
	text = work->text;
	at &= TEXT - 1;
	one = EIGHT(text, at);
	two = EIGHT(text, at + 8);
	stream->is_encoding = 0;
	switch (stream->phase) {
	case PHASE_FIRST:
		if (direction == REQUEST)
			stream->method = method_of(one);
		else
			stream->status = status_of(text, at);
		break;
	case PHASE_HEADERS:
		one |= LOWER;
		two |= LOWER;
		if (one == WORD('c', 'o', 'n', 't', 'e', 'n', 't', '-')) {
			if ((two & BYTES(7)) == WORD('l', 'e', 'n', 'g', 't', 'h', ':', 0))
				stream->has_length = number_of(text, at + 15, 10, &stream->length);
		} else if (one == WORD('t', 'r', 'a', 'n', 's', 'f', 'e', 'r') && two == WORD('-', 'e', 'n', 'c', 'o', 'd', 'i', 'n')) {
			stream->is_encoding = 1;
		}
		break;
	case PHASE_CHUNK:
		stream->has_length = number_of(text, at, 16, &stream->left);
		break;
	}
	return 0;
}

/* The next message begins with what is left of the window. */
static __always_inline void begin_message(struct stream *stream, struct work *work)
{
	stream->phase = PHASE_FIRST;
	stream->has_length = 0;
	stream->is_chunked = 0;
	stream->length = 0;
	stream->left = 0;
	stream->bytes = work->end - work->start;
	stream->begun = work->is_sent ? work->begun : work->now;
}

static __always_inline int end_of_request(struct connection *connection, struct stream *stream, struct work *work)
{
	stream->bytes -= work->end - work->start;
	if ((__s32)(stream->slot - connection->oldest) >= 0)
		connection->requests[stream->slot & (PENDING - 1)].bytes = stream->bytes;
	begin_message(stream, work);
	return GOES_ON;
}

static __always_inline int first_line_of_request(struct connection *connection, struct stream *stream, struct work *work, __u32 stop)
{
	struct request *request;

	if (!connection->is_known && stop >= 14 && EIGHT(work->text, inside(stop - 8)) == WORD('H', 'T', 'T', 'P', '/', '2', '.', '0') &&
	    (EIGHT(work->text, inside(stop - 14)) & BYTES(6)) == WORD('P', 'R', 'I', ' ', '*', ' ', 0, 0)) {
		stream->phase = PHASE_PREFACE;
		stream->length = 0;
		return GOES_ON;
	}
	if (stop < 9 || !is_version(EIGHT(work->text, inside(stop - 8))) || work->text[inside(stop - 9)] != ' ')
		return connection->is_known ? LOST : NOT_HTTP;
	if (connection->next - connection->oldest >= PENDING)
		return LOST;
	connection->is_known = 1;
	stream->slot = connection->next++;
	request = &connection->requests[stream->slot & (PENDING - 1)];
	request->begun = stream->begun;
	request->method = stream->method;
	request->bytes = 0;
	stream->phase = PHASE_HEADERS;
	return GOES_ON;
}

static __always_inline int head_of_request_ends(struct connection *connection, struct stream *stream, struct work *work)
{
	if (stream->is_chunked) {
		stream->phase = PHASE_CHUNK;
		return GOES_ON;
	}
	if (stream->has_length && stream->length > 0) {
		stream->left = stream->length;
		stream->phase = PHASE_BODY;
		return GOES_ON;
	}
	return end_of_request(connection, stream, work);
}

static __always_inline int head_of_answer_ends(struct connection *connection, struct stream *stream, struct work *work)
{
	__u32 method = connection->requests[connection->oldest & (PENDING - 1)].method;
	__u32 status = stream->status;

	if (status == 101 || (method == METHOD_CONNECT && status >= 200 && status < 300)) {
		connection->is_over = 1;
		return ANSWERED;
	}
	if (status < 200) {
		/* More is to come. */
		stream->bytes = work->end - work->start;
		stream->phase = PHASE_FIRST;
		stream->has_length = 0;
		stream->is_chunked = 0;
		return GOES_ON;
	}
	if (method == METHOD_HEAD || status == 204 || status == 304)
		return ANSWERED;
	if (stream->is_chunked) {
		stream->phase = PHASE_CHUNK;
	} else if (stream->has_length) {
		stream->left = stream->length;
		stream->phase = PHASE_BODY;
		return stream->left > 0 ? GOES_ON : ANSWERED;
	} else {
		stream->phase = PHASE_UNTIL_END;
	}
	return GOES_ON;
}

/* What matters at a line's end. `stop` is behind its last byte. */
static __always_inline int end_line(struct connection *connection, struct stream *stream, struct work *work, int direction, __u32 stop, int is_empty)
{
	switch (stream->phase) {
	case PHASE_FIRST:
		if (is_empty)
			return GOES_ON;
		if (direction == REQUEST)
			return first_line_of_request(connection, stream, work, stop);
		if (stream->status == 0 || connection->oldest == connection->next)
			return LOST;
		connection->first = work->is_sent ? work->begun : work->now;
		stream->phase = PHASE_HEADERS;
		return GOES_ON;
	case PHASE_HEADERS:
		if (is_empty)
			return direction == REQUEST ? head_of_request_ends(connection, stream, work) : head_of_answer_ends(connection, stream, work);
		if (stream->is_encoding && stop >= 8 && ((EIGHT(work->text, inside(stop - 8)) | LOWER) >> 8) == WORD('c', 'h', 'u', 'n', 'k', 'e', 'd', 0))
			stream->is_chunked = 1;
		return GOES_ON;
	case PHASE_CHUNK:
		if (!stream->has_length)
			return LOST;
		if (stream->left == 0) {
			stream->phase = PHASE_TRAILERS;
		} else {
			/* The chunk's own end of line. */
			stream->left += 2;
			stream->phase = PHASE_CHUNK_DATA;
		}
		return GOES_ON;
	case PHASE_PREFACE:
		/* An empty line, SM, an empty line. */
		if (stream->length++ == 1 ? stop < 2 || (EIGHT(work->text, inside(stop - 2)) & BYTES(2)) != WORD('S', 'M', 0, 0, 0, 0, 0, 0) : !is_empty)
			return NOT_HTTP;
		if (stream->length < 3)
			return GOES_ON;
		connection->is_known = 1;
		return HTTP2;
	default:
		if (!is_empty)
			return GOES_ON;
		return direction == REQUEST ? end_of_request(connection, stream, work) : ANSWERED;
	}
}

/* The part of a request's first line that was just read. */
static __always_inline void keep_first_line(struct connection *connection, struct work *work, __u32 to)
{
	struct line_key key = { .socket = connection->socket, .request = connection->next };
	__u32 from = work->start > work->fresh ? work->start : work->fresh, first = 0;
	struct work *empty;
	struct line *line;
	__u64 size, room, at;

	if (to <= from)
		return;
	/* What is at hand, as Linux 6.1 wants it: a value of a map. */
	empty = bpf_map_lookup_elem(&works, &first);
	if (work->start >= work->fresh && empty)
		bpf_map_update_elem(&lines, &key, &empty->line, BPF_ANY);
	line = bpf_map_lookup_elem(&lines, &key);
	if (!line)
		return;
	at = BOUNDED(line->size, LINE);
	room = LINE - at;
	size = to - from;
	size = BOUNDED(size < room ? size : room, WINDOW);
	bpf_probe_read_kernel(line->text + at, size, work->text + from);
	line->size = at + size;
}

/* Content-Length, Transfer-Encoding, and the empty line. */
static __always_inline int may_matter(__u8 byte)
{
	byte |= 0x20;
	return byte == 'c' || byte == 't' || byte == ('\r' | 0x20) || byte == ('\n' | 0x20);
}

/* The next line of the window, or a window. */
static __always_inline int step_by_lines(struct connection *connection, struct stream *stream, struct work *work, int direction)
{
	int has_lines = http.has_records && direction == REQUEST && stream->phase == PHASE_FIRST;
	__u32 start = work->start, end, stop, length;
	int outcome;

	stop = take_end_of_line(work);
	/* Most fields say nothing that matters here. */
	if (stream->phase == PHASE_HEADERS && !stream->is_long) {
		for (int line = 0; line < SKIPPED; line++) {
			if (stop == TEXT || may_matter(work->text[start & (TEXT - 1)]))
				break;
			start = stop + 1;
			stop = take_end_of_line(work);
		}
		work->start = start;
	}
	if (stop == TEXT) {
		end = work->end;
		length = end - start;
		if (has_lines)
			keep_first_line(connection, work, end);
		if (length > CARRY) {
			if (!stream->is_long) {
				begin_line(stream, work, direction, start);
				/* A connection of another protocol must not stay until it has an end of line. */
				if (!connection->is_known && direction == REQUEST && stream->method == METHOD_OTHER && !is_other_method(work, start))
					return NOT_HTTP;
			}
			stream->is_long = 1;
			length = TAIL;
		}
		length = BOUNDED(length, CARRY);
		bpf_probe_read_kernel(stream->carry, length, work->text + (end - length));
		stream->carried = length;
		drop_window(work);
		return GOES_ON;
	}
	stop &= TEXT - 1;
	if (has_lines)
		keep_first_line(connection, work, stop);
	work->start = stop + 1;
	if (stop > start && work->text[(stop - 1) & (TEXT - 1)] == '\r')
		stop--;
	if (!stream->is_long)
		begin_line(stream, work, direction, start);
	outcome = end_line(connection, stream, work, direction, stop, stop == start && !stream->is_long);
	stream->is_long = 0;
	if (work->start == work->end)
		drop_window(work);
	return outcome;
}

/* As many bytes of a body as there are in one piece. */
static __always_inline void step_by_bytes(struct stream *stream, struct work *work)
{
	__u64 bytes = work->left < work->total ? work->left : work->total;

	if (stream->phase != PHASE_UNTIL_END) {
		if (bytes > stream->left)
			bytes = stream->left;
		stream->left -= bytes;
	}
	stream->bytes += bytes;
	advance(work, bytes);
}

/* One step. `work->is_done` is set where nothing is left of the call. Not static: see account. */
__noinline int step(struct connection *connection, struct work *work)
{
	struct stream *stream;
	int direction, more;

	if (!connection || !work)
		return LOST;
	direction = (connection->role == ROLE_SERVER) == work->is_sent ? RESPONSE : REQUEST;
	stream = &connection->streams[direction & 1];
	if (work->end == 0 || stream->phase >= PHASE_BYTES) {
		if (work->end)
			stream->bytes -= give_back(work);
		if (work->total == 0 || work->left == 0) {
			more = next_segment(work);
			work->is_done = more == 0;
			if (more <= 0)
				return more < 0 ? LOST : GOES_ON;
			if (work->total == 0 || work->left == 0)
				return GOES_ON;
		}
	}
	if (stream->phase < PHASE_BYTES) {
		if (work->end == 0 && !fill(work, stream))
			return LOST;
		return step_by_lines(connection, stream, work, direction);
	}
	step_by_bytes(stream, work);
	if (stream->left > 0 || stream->phase == PHASE_UNTIL_END)
		return GOES_ON;
	if (stream->phase == PHASE_CHUNK_DATA) {
		stream->phase = PHASE_CHUNK;
		return GOES_ON;
	}
	return direction == REQUEST ? end_of_request(connection, stream, work) : ANSWERED;
}
