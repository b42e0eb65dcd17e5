/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Memory that belongs to a task and ends with it. */
#include "probe.h"
#include "kernel.h"

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, __u64);
} storage SEC(".maps");

SEC("tp_btf/sys_enter")
int probe(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();

	if (bpf_task_storage_get(&storage, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE))
		FIRE();
	return 0;
}
