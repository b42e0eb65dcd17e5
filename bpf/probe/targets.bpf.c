/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* The tracepoints that collectors sit on, a program each; the agent loads one at a time. */
#include "probe.h"

#define TARGET(name)                    \
	SEC("tp_btf/" #name)            \
	int on_##name(void *ctx)        \
	{                               \
		FIRE();                 \
		return 0;               \
	}

TARGET(sys_exit)
TARGET(sched_process_exec)
TARGET(sched_process_fork)
TARGET(sched_process_exit)
TARGET(inet_sock_set_state)
TARGET(tcp_retransmit_skb)
TARGET(tcp_send_reset)
TARGET(tcp_receive_reset)
TARGET(cgroup_mkdir)
TARGET(cgroup_rmdir)
TARGET(cgroup_attach_task)
