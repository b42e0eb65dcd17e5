/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* What a kernel function returned, whatever the number of its arguments. */
#include "probe.h"

SEC("fexit/security_file_open")
int probe(void *ctx)
{
	__u64 value;

	if (bpf_get_func_ret(ctx, &value) == 0)
		FIRE();
	return 0;
}
