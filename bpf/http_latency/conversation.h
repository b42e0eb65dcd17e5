/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* A connection from its first request to its end, by what its socket carries: each call once, under the connection's lock. */
#pragma once
#include "calls.h"
#include "collector.h"
#include "frames.h"

/* The lock is held for some microseconds, and where a call carries thousands of frames for a millisecond; a program must not wait forever. */
#define SPINS 256
#define LONG_SPINS (1 << 16)

#define ENDING_SENT 1
#define ENDING_CLOSED 2
#define ENDING_LOST 4

static __always_inline int take_lock(struct connection *connection)
{
	for (int spin = 0; spin < SPINS; spin++)
		if (__sync_val_compare_and_swap(&connection->lock, 0, 1) == 0)
			return 1;
	return 0;
}

struct lock_attempt {
	struct connection *connection;
	__u64 is_taken;
};

static long try_lock(__u32 number, struct lock_attempt *attempt)
{
	attempt->is_taken = __sync_val_compare_and_swap(&attempt->connection->lock, 0, 1) == 0;
	return attempt->is_taken;
}

/* Several threads may use a connection at once, as those of HTTP/2 do. Only where a task is what acts: what interrupts one that has the lock would wait for nothing. */
static __noinline int wait_for_lock(struct connection *connection)
{
	struct lock_attempt attempt = { .connection = connection };

	if (take_lock(connection))
		return 1;
	bpf_loop(LONG_SPINS, try_lock, &attempt, 0);
	return attempt.is_taken;
}

static __always_inline void leave_lock(struct connection *connection)
{
	__sync_lock_test_and_set(&connection->lock, 0);
}

struct frame {
	struct connection *connection;
	struct work *work;
	struct waiting_requests *all;
	__u64 now;
};

/* Of requests that wait none has an answer; the oldest may have a part of one. */
static long abort_oldest(__u32 number, struct frame *frame)
{
	struct connection *connection = frame->connection;
	struct stream *answer = &connection->streams[RESPONSE];

	if (connection->oldest == connection->next)
		return 1;
	account(connection, number == 0 && answer->phase != PHASE_FIRST && answer->status >= 200, 1, frame->now);
	return 0;
}

static long abort_waiting(__u32 number, struct frame *frame)
{
	struct waiting *one = &frame->all->requests[inside_table(number)];

	if (one->stream)
		end_of_waiting(frame->connection, one, 1, frame->now);
	return 0;
}

/* This side sends no more, or the socket is gone. The lock is held. Not static: see account. */
__noinline int finish(struct connection *connection)
{
	struct frame frame = {};
	struct stream *answer;
	__u64 socket;
	__u32 ending;

	if (!connection)
		return 0;
	answer = &connection->streams[RESPONSE];
	ending = __sync_lock_test_and_set(&connection->ending, 0);
	socket = connection->socket;
	frame.connection = connection;
	frame.now = bpf_ktime_get_boot_ns();
	if (ending & ENDING_LOST) {
		lose(connection);
		return 0;
	}
	if (!connection->is_over && (connection->role == ROLE_SERVER || ending & ENDING_CLOSED)) {
		if (answer->phase == PHASE_UNTIL_END && ending & ENDING_SENT && connection->role == ROLE_SERVER) {
			account(connection, 1, 0, frame.now);
			answer->phase = PHASE_FIRST;
		}
		if (connection->is_http2) {
			frame.all = bpf_map_lookup_elem(&waiting_requests, &socket);
			if (frame.all)
				bpf_loop(WAITING, abort_waiting, &frame, 0);
		} else {
			bpf_loop(PENDING, abort_oldest, &frame, 0);
		}
		connection->is_over = 1;
	}
	if (ending & ENDING_CLOSED)
		forget(connection);
	return 0;
}

/* Does what another could not, who saw the lock taken. */
static __always_inline void leave(struct connection *connection, __u64 socket)
{
	leave_lock(connection);
	if (connection->ending == 0 || !take_lock(connection))
		return;
	if (connection->socket == socket)
		finish(connection);
	leave_lock(connection);
}

static __always_inline __u32 taken_of(__u64 socket)
{
	return BPF_CORE_READ((struct tcp_sock *)socket, copied_seq);
}

/*
 * Whether more was taken than what is heard of: by splice, which reads a socket without its tracepoint, or by a task whose programs the kernel does not call. The end of what came counts as one.
 */
static __always_inline int has_gap(struct connection *connection, __u32 taken, __u32 heard)
{
	return taken - connection->taken - heard > 1;
}

static __always_inline void end(__u64 socket, __u32 how)
{
	struct connection *connection = bpf_map_lookup_elem(&connections, &socket);

	if (!connection)
		return;
	if (connection->has_taken && connection->oldest != connection->next && has_gap(connection, taken_of(socket), 0))
		how |= ENDING_LOST;
	__sync_fetch_and_or(&connection->ending, how);
	if (!take_lock(connection))
		return;
	if (connection->socket == socket)
		finish(connection);
	leave_lock(connection);
}

/* Of the current task, of something that is no request yet. */
static __always_inline void count_failure(int is_full)
{
	__u64 group = group_of(bpf_get_current_task_btf());
	struct counts *of = books_of(group);

	if (!of)
		return;
	ADD(of->seen, 1);
	if (is_full)
		ADD(of->lost_map, 1);
	else
		ADD(of->error, 1);
}

/* A connection of which nothing is known yet: whether these bytes may begin a request. */
static __noinline struct connection *adopt(struct work *work, __u32 mark)
{
	__u64 socket = work->socket, word = 0, size;
	__u32 first = 0;
	struct connection *connection;

	if ((mark == MARK_LOST_SERVER && work->is_sent) || (mark == MARK_LOST_CLIENT && !work->is_sent) || work->is_blind)
		return 0;
#pragma unroll
	for (int segment = 0; segment < 3; segment++)
		if ((work->left == 0 || work->total == 0) && next_segment(work) <= 0)
			break;
	size = work->left < work->total ? work->left : work->total;
	size = size > sizeof(word) ? sizeof(word) : size;
	if (size == 0)
		return 0;
	if (bpf_probe_read_user(&word, BOUNDED(size, sizeof(word)), (void *)work->at)) {
		/* Whether it was HTTP will never be known. */
		bpf_map_delete_elem(&marks, &socket);
		count_failure(0);
		return 0;
	}
	/* A server of HTTP/2 may send its settings before it is asked: what comes from the other side decides. */
	if (mark == MARK_FRESH && ((word & 0xff00ffff) == FRAME_SETTINGS << 24 || (word & 0xff00ffff) == FRAME_WINDOW_UPDATE << 24))
		return 0;
	if (mark == MARK_FRESH ? (__u8)word < 'A' || (__u8)word > 'Z' : method_of(word) == METHOD_OTHER) {
		if (mark == MARK_FRESH) {
			mark = MARK_OTHER;
			bpf_map_update_elem(&marks, &socket, &mark, BPF_ANY);
		}
		return 0;
	}
	connection = bpf_map_lookup_elem(&blank, &first);
	if (!connection)
		return 0;
	bpf_map_update_elem(&connections, &socket, connection, BPF_NOEXIST);
	connection = bpf_map_lookup_elem(&connections, &socket);
	if (!connection) {
		/* Its answer begins nothing; its next request may find room. */
		mark = work->is_sent ? MARK_LOST_CLIENT : MARK_LOST_SERVER;
		bpf_map_update_elem(&marks, &socket, &mark, BPF_ANY);
		count_failure(1);
		return 0;
	}
	own(&connection->owner);
	connection->role = work->is_sent ? ROLE_CLIENT : ROLE_SERVER;
	connection->port = work->is_sent ? __builtin_bswap16(BPF_CORE_READ((struct sock *)socket, __sk_common.skc_dport)) : BPF_CORE_READ((struct sock *)socket, __sk_common.skc_num);
	connection->socket = socket;
	return connection;
}

static long follow(__u32 number, struct frame *frame)
{
	struct connection *connection = frame->connection;
	struct work *work = frame->work;
	struct stream *answer = &connection->streams[RESPONSE];

	work->is_done = 0;
	work->outcome = step(connection, work);
	if (work->outcome == HTTP2) {
		work->outcome = begin_frames(connection, work);
		return 1;
	}
	if (work->outcome == ANSWERED) {
		answer->bytes -= work->end - work->start;
		account(connection, 1, 0, work->now);
		begin_message(answer, work);
		work->is_done = connection->is_over;
		work->outcome = GOES_ON;
	}
	return work->is_done || work->outcome != GOES_ON || (work->total == 0 && work->end == 0 && work->message_count == 0);
}

static long follow_frames(__u32 number, struct frame *frame)
{
	struct work *work = frame->work;

	work->is_done = 0;
	work->outcome = step_by_frames(frame->connection, work);
	return work->is_done || work->outcome != GOES_ON || (work->total == 0 && work->message_count == 0);
}

/* Where the call's bytes are. */
static __noinline void place(struct work *work, void *registers, __u8 form, __u64 result)
{
	work->at = CALL_ARGUMENT(registers, si, 1);
	work->left = 0;
	work->total = result;
	work->count = 0;
	work->message_count = 0;
	work->end = 0;
	work->start = 0;
	work->is_sent = (form & IS_SENT) != 0;
	work->is_blind = 0;
	switch (form & FORM) {
	case FORM_VECTOR:
		work->vectors = work->at;
		work->count = CALL_ARGUMENT(registers, dx, 2);
		break;
	case FORM_MESSAGE:
		if (bpf_probe_read_user(&work->message, sizeof(work->message) - sizeof(work->message.bytes), (void *)work->at) == 0) {
			work->vectors = work->message.vectors;
			work->count = work->message.count;
		}
		break;
	case FORM_MESSAGES:
		work->messages = work->at;
		work->message_count = result;
		work->total = 0;
		break;
	case FORM_BUFFER:
		work->left = result;
		break;
	default:
		work->left = result;
		work->is_blind = 1;
	}
}

/* Bytes within a body or a frame, with more of it to come, need no reading: nothing begins or ends there. False when it is not so. */
static __noinline int skip(struct connection *connection, __u64 socket, int is_sent, __u64 bytes)
{
	__u32 taken = 0;

	struct stream *stream = &connection->streams[(connection->role == ROLE_SERVER) == is_sent ? RESPONSE : REQUEST];
	int is_inside;

	if (stream->left <= bytes || !take_lock(connection))
		return 0;
	is_inside = connection->socket == socket && stream->left > bytes && (connection->is_http2 || stream->phase == PHASE_BODY || stream->phase == PHASE_CHUNK_DATA);
	if (connection->has_taken && !is_sent) {
		taken = taken_of(socket);
		is_inside = is_inside && !has_gap(connection, taken, bytes);
	}
	if (is_inside) {
		connection->taken = is_sent ? connection->taken : taken;
		stream->left -= bytes;
		stream->bytes += bytes;
	}
	leave(connection, socket);
	return is_inside;
}

/* What a call carried over a socket; `connection` is null where none is known yet. */
static __always_inline int carry(__u64 socket, struct connection *connection, __u32 mark, void *registers, __u8 form, __u64 flags, __u64 result, __u64 begun, int has_taken)
{
	struct frame frame;
	struct stream *answer;
	struct work *work;
	__u32 first = 0;

	if (connection && result > 0 && (form & FORM) != FORM_MESSAGES && skip(connection, socket, (form & IS_SENT) != 0, result))
		return 0;
	work = bpf_map_lookup_elem(&works, &first);
	if (!work)
		return 0;
	work->now = bpf_ktime_get_boot_ns();
	work->begun = begun ? begun : work->now;
	work->socket = socket;
	place(work, registers, form, result);
	if (flags & MSG_TRUNC)
		work->is_blind = 1;
	if (!connection) {
		connection = adopt(work, mark);
		if (!connection)
			return 0;
		connection->has_taken = has_taken;
		if (has_taken)
			connection->taken = taken_of(socket) - (work->is_sent ? 0 : result);
	}
	if (!wait_for_lock(connection)) {
		__sync_fetch_and_or(&connection->ending, ENDING_LOST);
		return 0;
	}
	if (connection->socket != socket)
		goto out;
	if (has_taken && !work->is_sent) {
		__u32 taken = taken_of(socket);

		if (has_gap(connection, taken, result)) {
			lose(connection);
			goto out;
		}
		connection->taken = taken;
	}
	answer = &connection->streams[RESPONSE];
	if (result == 0) {
		if (!work->is_sent && connection->role == ROLE_CLIENT && answer->phase == PHASE_UNTIL_END && ((form & FORM) != FORM_BUFFER || CALL_ARGUMENT(registers, dx, 2) > 0)) {
			account(connection, 1, 0, work->now);
			connection->is_over = 1;
		}
		goto out;
	}
	if ((connection->role == ROLE_SERVER) == work->is_sent) {
		if (!connection->is_known)
			goto other;
		connection->last = work->now;
	}
	frame.connection = connection;
	frame.work = work;
	work->outcome = GOES_ON;
	if (!connection->is_http2 && bpf_loop(STEPS, follow, &frame, 0) == STEPS)
		work->outcome = LOST;
	if (connection->is_http2 && work->outcome == GOES_ON && bpf_loop(STEPS, follow_frames, &frame, 0) == STEPS)
		work->outcome = LOST;
	if (work->outcome == LOST) {
		lose(connection);
	} else if (work->outcome == NOT_HTTP) {
other:
		mark = MARK_OTHER;
		bpf_map_update_elem(&marks, &socket, &mark, BPF_ANY);
		forget(connection);
	}
out:
	leave(connection, socket);
	return 0;
}
