/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Control groups that are made and removed, of all hierarchies: so that the name of one is known before its first process begins. */
#define RING_BYTES (1 << 18)
#include "collector.h"

#define KIND_MADE 1
#define KIND_REMOVED 2

#define MAX_PATH 1024

/* NodeAgent/Collectors/Groups/GroupRecord.cs */
struct change {
	struct record head;
	/* 0 is the unified one. */
	__u32 hierarchy;
	__u32 path_size;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct {
		struct change change;
		char path[MAX_PATH];
	});
} scratch SEC(".maps");

static __always_inline int tell(struct cgroup *group, const char *path, __u32 kind)
{
	__u32 first = 0;
	struct change *change = bpf_map_lookup_elem(&scratch, &first);
	/* One account for all: a control group that has just been made would need a place for itself. */
	struct counts *of = counts_of(0);
	__u64 size;

	if (!of || !change)
		return 0;
	ADD(of->seen, 1);
	change->head.kind = kind;
	change->head.time = bpf_ktime_get_boot_ns();
	change->hierarchy = group->root->hierarchy_id;
	change->head.group = group->kn->id | (change->hierarchy ? GROUP_V1 : 0);
	size = BOUNDED(bpf_probe_read_kernel_str(change + 1, MAX_PATH, path), MAX_PATH);
	change->path_size = size;
	emit(of, &change->head, sizeof(*change) + size);
	return 0;
}

SEC("tp_btf/cgroup_mkdir")
int made(__u64 *ctx)
{
	return tell((struct cgroup *)ctx[0], (const char *)ctx[1], KIND_MADE);
}

SEC("tp_btf/cgroup_rmdir")
int removed(__u64 *ctx)
{
	return tell((struct cgroup *)ctx[0], (const char *)ctx[1], KIND_REMOVED);
}
