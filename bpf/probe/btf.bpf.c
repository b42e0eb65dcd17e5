/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* BTF of the running kernel, and a relocation by it. */
#include "probe.h"
#include "kernel.h"
#include <bpf/bpf_core_read.h>

SEC("socket")
int probe(void *ctx)
{
	/* Solved by the loader from the BTF of the running kernel; without BTF there is nothing to load. */
	if (bpf_core_field_exists(struct task_struct, pid))
		FIRE();
	return 0;
}
