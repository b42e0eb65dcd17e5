/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Paths of files as they are opened, by a trampoline. */
#include "probe.h"
#include "kernel.h"

/* Not in .bss, whose first bytes are the count. */
char name[64] SEC(".data.path");

SEC("fentry/security_file_open")
int probe(unsigned long long *ctx)
{
	struct file *file = (struct file *)ctx[0];

	if (bpf_d_path(&file->f_path, name, sizeof(name)) > 0)
		FIRE();
	return 0;
}
