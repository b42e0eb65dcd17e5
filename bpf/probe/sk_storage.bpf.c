/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Memory that belongs to a socket and ends with it. */
#include "probe.h"
#include "kernel.h"

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, __u64);
} storage SEC(".maps");

SEC("tp_btf/inet_sock_set_state")
int probe(unsigned long long *ctx)
{
	struct sock *sk = (struct sock *)ctx[0];

	if (bpf_sk_storage_get(&storage, sk, 0, BPF_LOCAL_STORAGE_GET_F_CREATE))
		FIRE();
	return 0;
}
