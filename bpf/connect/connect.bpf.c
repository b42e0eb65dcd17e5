/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* TCP connections that are asked for, with their outcome and how long that took, and those that are accepted: by the states of sockets, without a hook on calls. */
#define RING_BYTES (1 << 19)
#include "collector.h"
#include "socket.h"

#define KIND_CONNECT 1
#define KIND_ACCEPT 2

/* What is remembered of a socket: of a listener who it is, of a connection when it was asked for. */
struct attempt {
	struct owner owner;
	__u64 begun;
};

/* NodeAgent/Collectors/Tcp/ConnectRecord.cs */
struct outcome {
	struct record head;
	struct owner owner;
	struct ends ends;
	__u64 nanoseconds;
	__u32 error;
	__u32 pad;
};

/* Those that a listener makes begin with what is known of the listener. */
struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_CLONE);
	__type(key, int);
	__type(value, struct attempt);
} sockets SEC(".maps");

SEC("tp_btf/inet_sock_set_state")
int changed(__u64 *ctx)
{
	struct sock *socket = (struct sock *)ctx[0];
	__u32 from = ctx[1], to = ctx[2];
	__u64 group, now = bpf_ktime_get_boot_ns();
	int is_own = to == TCP_SYN_SENT || to == TCP_LISTEN;
	struct attempt *attempt = bpf_sk_storage_get(&sockets, socket, 0, is_own ? BPF_SK_STORAGE_GET_F_CREATE : 0);
	struct outcome outcome = {};
	struct tcp_sock *tcp = bpf_skc_to_tcp_sock(socket);
	struct counts *of;
	int is_gone;

	if (attempt && is_own) {
		own(&attempt->owner);
		attempt->begun = now;
	}
	group = group_of_socket(socket, attempt ? &attempt->owner : 0, &is_gone);
	of = is_gone ? counts_of_rest() : counts_of(group);
	if (!of)
		return 0;
	ADD(of->seen, 1);
	if (!tcp || !((from == TCP_SYN_SENT && (to == TCP_ESTABLISHED || to == TCP_CLOSE)) || (from == TCP_SYN_RECV && to == TCP_ESTABLISHED))) {
		ADD(of->filtered, 1);
		return 0;
	}
	if (!has_token(group, now)) {
		ADD(of->lost_rate, 1);
		return 0;
	}
	outcome.head.kind = from == TCP_SYN_SENT ? KIND_CONNECT : KIND_ACCEPT;
	outcome.head.time = now;
	outcome.head.group = group;
	if (attempt) {
		outcome.owner = attempt->owner;
		if (from == TCP_SYN_SENT)
			outcome.nanoseconds = now - attempt->begun;
	}
	/* Closed by its owner before it had an answer: ECANCELED. */
	if (to == TCP_CLOSE)
		outcome.error = socket->sk_err ? socket->sk_err : 125;
	find_ends(&outcome.ends, socket, tcp);
	emit(of, &outcome.head, sizeof(outcome));
	return 0;
}
