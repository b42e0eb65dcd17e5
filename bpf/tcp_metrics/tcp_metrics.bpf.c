/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* TCP by control group: the kernel's own counters of each socket, read when its state changes and, for those that live on, by an iterator. Nothing is hooked on packets or calls. */
#define RING_BYTES (1 << 20)
#include "collector.h"
#include "socket.h"

#define KIND_CLOSED 1

#define STATES 16
#define RTT_BUCKETS 24

struct totals {
	__u64 sent;
	__u64 received;
	__u64 resent;
	__u32 segments_out;
	__u32 segments_in;
	__u32 segments_resent;
	__u32 pad;
};

/* What is remembered of a socket as long as it lives. */
struct connection {
	struct owner owner;
	__u64 opened;
	__u64 established;
	__u32 is_active;
	__u32 pad;
	/* What has been added to the sums already. */
	struct totals added;
};

/* NodeAgent/Collectors/Tcp/TcpSums.cs */
struct sums {
	__u64 opened;
	__u64 accepted;
	__u64 failed;
	__u64 closed;
	__u64 resets_received;
	__u64 sent;
	__u64 received;
	__u64 resent;
	__u64 segments_out;
	__u64 segments_in;
	__u64 segments_resent;
	__u64 states[STATES];
	/* By the power of two of the smoothed round trip in microseconds, at the end of a connection. */
	__u64 rtt[RTT_BUCKETS];
};

/* NodeAgent/Collectors/Tcp/TcpRecord.cs */
struct closed {
	struct record head;
	struct owner owner;
	struct ends ends;
	__u64 opened;
	__u64 established;
	struct totals totals;
	__u32 rtt;
	__u32 rtt_least;
	__u32 state;
	__u32 error;
	__u32 is_active;
	__u32 pad;
};

/* Those that a listener makes begin with what is known of the listener. */
struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_CLONE);
	__type(key, int);
	__type(value, struct connection);
} sockets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, MAX_GROUPS);
	__type(key, __u64);
	__type(value, struct sums);
} sums SEC(".maps");

/* A new entry is made from this one: it is too large for the stack beside the rest. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct sums);
} none SEC(".maps");

static __always_inline struct sums *sums_of(__u64 group)
{
	__u32 first = 0;
	struct sums *zero, *found = bpf_map_lookup_elem(&sums, &group);

	if (found)
		return found;
	zero = bpf_map_lookup_elem(&none, &first);
	if (!zero)
		return 0;
	bpf_map_update_elem(&sums, &group, zero, BPF_NOEXIST);
	return bpf_map_lookup_elem(&sums, &group);
}

static __always_inline void total(struct totals *totals, struct tcp_sock *tcp, struct sock *socket)
{
	totals->resent = tcp->bytes_retrans;
	totals->sent = tcp->bytes_sent - totals->resent;
	/* The other's end of sending counts for one byte. */
	totals->received = tcp->bytes_received;
	if (totals->received > 0 && socket->__sk_common.skc_flags & (1 << SOCK_DONE))
		totals->received--;
	totals->segments_out = tcp->segs_out;
	totals->segments_in = tcp->segs_in;
	totals->segments_resent = tcp->total_retrans;
	totals->pad = 0;
}

/* What is new since the last time. The socket is locked here and there. */
static __always_inline void add(struct sums *to, struct connection *connection, struct totals *now)
{
	ADD(to->sent, now->sent - connection->added.sent);
	ADD(to->received, now->received - connection->added.received);
	ADD(to->resent, now->resent - connection->added.resent);
	ADD(to->segments_out, (__u32)(now->segments_out - connection->added.segments_out));
	ADD(to->segments_in, (__u32)(now->segments_in - connection->added.segments_in));
	ADD(to->segments_resent, (__u32)(now->segments_resent - connection->added.segments_resent));
	connection->added = *now;
}

static __always_inline __u32 power(__u64 number, __u32 most)
{
	__u32 bits = 0;

#pragma unroll
	for (int step = 16; step > 0; step /= 2)
		if (number >> step) {
			number >>= step;
			bits += step;
		}
	return bits < most ? bits : most - 1;
}

static __always_inline void close_up(struct sock *socket, struct tcp_sock *tcp, struct connection *connection, struct sums *to, struct counts *of, __u64 group, __u64 now, __u32 state)
{
	struct closed closed = {};

	total(&closed.totals, tcp, socket);
	closed.rtt = tcp->srtt_us >> 3;
	closed.rtt_least = tcp->rtt_min.s[0].v;
	ADD(to->closed, 1);
	if (closed.rtt > 0)
		ADD(to->rtt[power(closed.rtt, RTT_BUCKETS)], 1);
	if (connection)
		add(to, connection, &closed.totals);
	if (!has_token(group, now)) {
		ADD(of->lost_rate, 1);
		return;
	}
	closed.head.kind = KIND_CLOSED;
	closed.head.time = now;
	closed.head.group = group;
	closed.state = state;
	closed.error = socket->sk_err;
	find_ends(&closed.ends, socket, tcp);
	if (connection) {
		closed.owner = connection->owner;
		closed.opened = connection->opened;
		closed.established = connection->established;
		closed.is_active = connection->is_active;
	}
	emit(of, &closed.head, sizeof(closed));
}

SEC("tp_btf/inet_sock_set_state")
int changed(__u64 *ctx)
{
	struct sock *socket = (struct sock *)ctx[0];
	__u32 from = ctx[1], to = ctx[2];
	__u64 now = bpf_ktime_get_boot_ns();
	__u64 group, is_new;
	struct connection *connection;
	struct tcp_sock *tcp;
	struct counts *of;
	struct sums *sum;
	int is_gone;

	is_new = to == TCP_SYN_SENT || to == TCP_LISTEN || (from == TCP_SYN_RECV && to == TCP_ESTABLISHED);
	connection = bpf_sk_storage_get(&sockets, socket, 0, is_new ? BPF_SK_STORAGE_GET_F_CREATE : 0);
	if (connection && (to == TCP_SYN_SENT || to == TCP_LISTEN)) {
		own(&connection->owner);
		connection->opened = now;
		connection->established = 0;
		connection->is_active = to == TCP_SYN_SENT;
	}
	group = group_of_socket(socket, connection ? &connection->owner : 0, &is_gone);
	of = is_gone ? counts_of_rest() : counts_of(group);
	if (!of)
		return 0;
	ADD(of->seen, 1);
	tcp = bpf_skc_to_tcp_sock(socket);
	if (!tcp) {
		/* Another protocol that has the same states. */
		ADD(of->filtered, 1);
		return 0;
	}
	sum = sums_of(is_gone ? 0 : group);
	if (!sum) {
		ADD(of->lost_map, 1);
		return 0;
	}
	/* One that is closed while it waits for the other's end is set to the state that it is in. */
	if (from != to)
		ADD(sum->states[to & (STATES - 1)], 1);
	if (to == TCP_ESTABLISHED && connection) {
		connection->established = now;
		if (from == TCP_SYN_SENT) {
			ADD(sum->opened, 1);
		} else {
			connection->opened = now;
			connection->is_active = 0;
			ADD(sum->accepted, 1);
		}
	}
	if (from == TCP_SYN_SENT && to == TCP_CLOSE)
		ADD(sum->failed, 1);
	if (to == TCP_CLOSE && from != TCP_LISTEN && from != TCP_SYN_SENT && from != TCP_SYN_RECV) {
		close_up(socket, tcp, connection, sum, of, group, now, from);
		return 0;
	}
	if (to == TCP_CLOSE && connection) {
		struct totals totals;

		total(&totals, tcp, socket);
		add(sum, connection, &totals);
	}
	ADD(of->aggregated, 1);
	return 0;
}

SEC("tp_btf/tcp_receive_reset")
int reset(__u64 *ctx)
{
	struct sock *socket = (struct sock *)ctx[0];
	struct connection *connection = bpf_sk_storage_get(&sockets, socket, 0, 0);
	int is_gone;
	__u64 group = group_of_socket(socket, connection ? &connection->owner : 0, &is_gone);
	struct counts *of = is_gone ? counts_of_rest() : counts_of(group);
	struct sums *sum = sums_of(is_gone ? 0 : group);

	if (!of)
		return 0;
	ADD(of->seen, 1);
	if (sum) {
		ADD(sum->resets_received, 1);
		ADD(of->aggregated, 1);
	} else {
		ADD(of->lost_map, 1);
	}
	return 0;
}

/* Of one network namespace. What a socket had done before it was first seen is not added. */
SEC("iter/tcp")
int sweep(struct bpf_iter__tcp *ctx)
{
	struct sock_common *common = ctx->sk_common;
	struct connection *connection;
	struct tcp_sock *tcp;
	struct sock *socket;
	struct totals totals;
	struct sums *sum;
	__u64 group;
	int is_gone;

	if (!common)
		return 0;
	tcp = bpf_skc_to_tcp_sock(common);
	if (!tcp)
		return 0;
	socket = (struct sock *)tcp;
	if (common->skc_state == TCP_LISTEN)
		return 0;
	connection = bpf_sk_storage_get(&sockets, socket, 0, 0);
	total(&totals, tcp, socket);
	if (!connection) {
		connection = bpf_sk_storage_get(&sockets, socket, 0, BPF_SK_STORAGE_GET_F_CREATE);
		if (connection)
			connection->added = totals;
		return 0;
	}
	group = group_of_socket(socket, &connection->owner, &is_gone);
	sum = sums_of(is_gone ? 0 : group);
	if (sum)
		add(sum, connection, &totals);
	return 0;
}
