/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Paths of open files, in an iterator. */
#include "probe.h"
#include "kernel.h"

/* Not in .bss, whose first bytes are the count. */
char name[64] SEC(".data.path");

SEC("iter/task_file")
int probe(struct bpf_iter__task_file *ctx)
{
	struct file *file = ctx->file;

	if (file && bpf_d_path(&file->f_path, name, sizeof(name)) > 0)
		FIRE();
	return 0;
}
