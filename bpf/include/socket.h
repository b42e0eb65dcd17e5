/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Whose a socket is, and who is at its ends. */
#pragma once
#include "group.h"

/* include/linux/socket.h, include/net/tcp_states.h, include/net/sock.h */
#define AF_INET 2
#define TCP_ESTABLISHED 1
#define TCP_SYN_SENT 2
#define TCP_SYN_RECV 3
#define TCP_CLOSE 7
#define TCP_LISTEN 10
#define SOCK_DONE 1

/* include/linux/cgroup-defs.h: not set any more when the folder is removed. */
#define CSS_ONLINE 2

/* The process that asked for a connection, or for a socket to accept them. */
struct owner {
	__u64 group;
	__u64 start;
	__u32 pid;
	__u32 user;
	char name[16];
};

struct ends {
	__u32 local[4];
	__u32 remote[4];
	__u16 local_port;
	__u16 remote_port;
	__u16 family;
	__u16 pad;
};

/* Only where the current task is the one that acts: at connect(2) and listen(2), not when a packet comes. */
static __always_inline void own(struct owner *owner)
{
	struct task_struct *task = bpf_get_current_task_btf();

	owner->group = group_of(task);
	owner->start = task->group_leader->start_boottime;
	owner->pid = task->tgid;
	owner->user = task->cred->uid.val;
	bpf_get_current_comm(owner->name, sizeof(owner->name));
}

/*
 * The unified control group in which the socket was made, for a socket that a listener made that of the listener; else the owner's; 0 when neither is known.
 * A socket may outlive its group. What is kept of a group must not be touched then, because user space takes it out of the maps: such a socket is counted with the rest.
 */
static __always_inline __u64 group_of_socket(struct sock *socket, struct owner *owner, int *is_gone)
{
	*is_gone = 0;
	if (bpf_core_field_exists(socket->sk_cgrp_data.cgroup)) {
		struct cgroup *group = socket->sk_cgrp_data.cgroup;

		if (group->level > 0) {
			__u64 id = group->kn->id;

			*is_gone = !(group->self.flags & CSS_ONLINE);
			/* Else the compiler makes one load of this and the next, and the verifier refuses a load from two kinds of memory. */
			asm volatile("" : "+r"(id));
			return id;
		}
	}
	return owner ? owner->group : 0;
}

static __always_inline void find_ends(struct ends *ends, struct sock *socket, struct tcp_sock *tcp)
{
	struct sock_common *common = &socket->__sk_common;

	ends->family = common->skc_family;
	ends->pad = 0;
	/* skc_num is 0 once the socket is closed. */
	ends->local_port = __builtin_bswap16(tcp->inet_conn.icsk_inet.inet_sport);
	ends->remote_port = __builtin_bswap16(common->skc_dport);
	if (ends->family == AF_INET) {
		ends->local[0] = common->skc_rcv_saddr;
		ends->remote[0] = common->skc_daddr;
		ends->local[1] = ends->local[2] = ends->local[3] = 0;
		ends->remote[1] = ends->remote[2] = ends->remote[3] = 0;
		return;
	}
	ends->local[0] = common->skc_v6_rcv_saddr.in6_u.u6_addr32[0];
	ends->local[1] = common->skc_v6_rcv_saddr.in6_u.u6_addr32[1];
	ends->local[2] = common->skc_v6_rcv_saddr.in6_u.u6_addr32[2];
	ends->local[3] = common->skc_v6_rcv_saddr.in6_u.u6_addr32[3];
	ends->remote[0] = common->skc_v6_daddr.in6_u.u6_addr32[0];
	ends->remote[1] = common->skc_v6_daddr.in6_u.u6_addr32[1];
	ends->remote[2] = common->skc_v6_daddr.in6_u.u6_addr32[2];
	ends->remote[3] = common->skc_v6_daddr.in6_u.u6_addr32[3];
}
