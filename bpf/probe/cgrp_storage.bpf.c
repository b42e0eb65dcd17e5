/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Memory that belongs to a control group and ends with it. Not set off, because that would move a task. */
#include "probe.h"
#include "kernel.h"

/* Linux 6.2; headers may be older than the kernel. */
#define CGRP_STORAGE 32

struct {
	__uint(type, CGRP_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, __u64);
} storage SEC(".maps");

static void *(*cgrp_storage_get)(void *map, struct cgroup *cgroup, void *value, __u64 flags) = (void *)210;

SEC("tp_btf/cgroup_attach_task")
int probe(unsigned long long *ctx)
{
	struct cgroup *cgroup = (struct cgroup *)ctx[0];

	if (cgrp_storage_get(&storage, cgroup, 0, BPF_LOCAL_STORAGE_GET_F_CREATE))
		FIRE();
	return 0;
}
