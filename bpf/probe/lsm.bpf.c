/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* A hook of the Linux security modules. It is never called where `bpf` is missing from the kernel's list of modules. */
#include "probe.h"

SEC("lsm/file_open")
int probe(unsigned long long *ctx)
{
	FIRE();
	/* The second argument is what the hooks before this one answered: nothing is refused, nothing more is allowed. */
	return (int)ctx[1];
}
