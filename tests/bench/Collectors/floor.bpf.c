/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Nothing, on the hooks of all system calls: what hearing of them costs by itself. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("tp_btf/sys_enter")
int entered(void *ctx)
{
	return 0;
}

SEC("tp_btf/sys_exit")
int left(void *ctx)
{
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
