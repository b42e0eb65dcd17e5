/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* What becomes of a request that has ended: it is summed, and where it is asked for or stands out, told. */
#pragma once
#include "power.h"
#include "walk.h"
#include "window.h"

/* include/uapi/asm-generic/errno-base.h */
#define EEXIST 17

/* The least status that is told of without being asked. */
#define STATUS_FAILED 500

/* Set before loading: NodeAgent/Collectors/Http/HttpSettings.cs */
#define CALLS 512
const volatile struct {
	/* What each call does; 0 for those that are not looked at. */
	__u8 forms[CALLS];
	/* From how long on a request is told of without being asked. */
	__u64 slow_nanoseconds;
	/* Whether each is told of, with its first line. */
	__u64 has_records;
} http SEC(".rodata.http") = {};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct exchange);
} exchanges SEC(".maps");

/* As counts_of, with little on the stack, of which three functions deep there is not much. */
static __always_inline struct counts *books_of(__u64 group)
{
	__u32 first = 0;
	struct connection *zero;
	struct counts *found = bpf_map_lookup_elem(&counts, &group);

	if (found)
		return found;
	zero = bpf_map_lookup_elem(&blank, &first);
	if (zero)
		bpf_map_update_elem(&counts, &group, zero, BPF_NOEXIST);
	found = bpf_map_lookup_elem(&counts, &group);
	return found ? found : bpf_map_lookup_elem(&rest, &first);
}

static __always_inline struct sum *sum_of(struct key *key)
{
	__u32 first = 0;
	struct sum *zero, *found = bpf_map_lookup_elem(&sums, key);

	if (found)
		return found;
	zero = bpf_map_lookup_elem(&none, &first);
	if (!zero)
		return 0;
	bpf_map_update_elem(&sums, key, zero, BPF_NOEXIST);
	return bpf_map_lookup_elem(&sums, key);
}

static __always_inline void add_time(__u64 *nanoseconds, __u64 *buckets, __u64 took)
{
	__u32 bucket = power(took / 1000);

	ADD(*nanoseconds, took);
	ADD(buckets[bucket < BUCKETS ? bucket : BUCKETS - 1], 1);
}

/* Two CPUs may look at two clocks: what is over before it began took nothing. */
static __always_inline __u64 since(__u64 begun, __u64 end)
{
	return end > begun ? end - begun : 0;
}

static __always_inline void tell(struct counts *of, struct connection *connection, struct exchange *exchange, __u64 number, __u64 now)
{
	struct line_key key = { .socket = connection->socket, .request = number };
	struct line *line;
	__u64 size = 0;

	if (!has_token(connection->owner.group, now)) {
		ADD(of->lost_rate, 1);
		return;
	}
	exchange->head.kind = 1;
	exchange->head.time = now;
	exchange->head.group = connection->owner.group;
	exchange->owner = connection->owner;
	read_ends(&exchange->ends, connection->socket);
	exchange->role = connection->role;
	line = http.has_records ? bpf_map_lookup_elem(&lines, &key) : 0;
	if (line) {
		size = BOUNDED(line->size, LINE);
		bpf_probe_read_kernel(exchange->text, size, line->text);
	}
	exchange->line = size;
	emit(of, &exchange->head, offsetof(struct exchange, text) + size);
}

/* The oldest request is over, answered as the stream of answers says, or not. Not static, so that it is verified once and not for each way to it. */
__noinline int account(struct connection *connection, int has_status, int is_aborted, __u64 now)
{
	struct request *request;
	struct stream *answer;
	struct key key = {};
	struct counts *of;
	struct exchange *exchange;
	struct control *pressure;
	struct sum *sum;
	__u32 first = 0;
	__u64 number;

	if (!connection)
		return 0;
	number = connection->oldest;
	request = &connection->requests[number & (PENDING - 1)];
	answer = &connection->streams[RESPONSE];
	of = books_of(connection->owner.group);
	connection->oldest = number + 1;
	key.group = connection->owner.group;
	key.status = has_status ? answer->status : 0;
	key.port = connection->port;
	key.role = connection->role;
	key.method = request->method;
	sum = sum_of(&key);
	if (!of)
		return 0;
	ADD(of->seen, 1);
	if (!sum) {
		ADD(of->lost_map, 1);
		goto out;
	}
	ADD(sum->count, 1);
	ADD(sum->request_bytes, request->bytes);
	if (has_status) {
		ADD(sum->response_bytes, answer->bytes);
		add_time(&sum->first_nanoseconds, sum->first, since(request->begun, connection->first));
	}
	if (is_aborted)
		ADD(sum->aborted, 1);
	else
		add_time(&sum->last_nanoseconds, sum->last, since(request->begun, connection->last));
	pressure = bpf_map_lookup_elem(&control, &first);
	/* What stands out is in the sums as well. */
	if (!http.has_records && ((pressure && pressure->no_exemplars) || (!is_aborted && key.status < STATUS_FAILED && since(request->begun, connection->last) < http.slow_nanoseconds))) {
		ADD(of->aggregated, 1);
		return 0;
	}
	exchange = bpf_map_lookup_elem(&exchanges, &first);
	if (!exchange)
		return 0;
	exchange->begun = request->begun;
	exchange->first = has_status ? connection->first : 0;
	exchange->last = is_aborted ? now : connection->last;
	exchange->request_bytes = request->bytes;
	exchange->response_bytes = has_status ? answer->bytes : 0;
	exchange->status = key.status;
	exchange->method = key.method;
	exchange->is_aborted = is_aborted;
	tell(of, connection, exchange, number, now);
out:
	if (http.has_records) {
		struct line_key line = { .socket = connection->socket, .request = number };

		bpf_map_delete_elem(&lines, &line);
	}
	return 0;
}

static __always_inline void forget(struct connection *connection)
{
	__u64 socket = connection->socket;

	if (connection->is_http2)
		bpf_map_delete_elem(&waiting_requests, &socket);
	connection->socket = 0;
	bpf_map_delete_elem(&connections, &socket);
}

/* What is carried can't be followed: each request that waits is an error, and so is what was at hand. */
static __always_inline void lose(struct connection *connection)
{
	struct counts *of = books_of(connection->owner.group);
	__u32 mark = connection->role == ROLE_SERVER ? MARK_LOST_SERVER : MARK_LOST_CLIENT;
	__u64 socket = connection->socket, number = 1 + connection->next - connection->oldest;

	if (of) {
		ADD(of->seen, number);
		ADD(of->error, number);
	}
	bpf_map_update_elem(&marks, &socket, &mark, BPF_ANY);
	forget(connection);
}
