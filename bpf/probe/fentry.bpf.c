/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* The entry of a kernel function, by a trampoline. */
#include "probe.h"

SEC("fentry/security_file_open")
int probe(void *ctx)
{
	FIRE();
	return 0;
}
