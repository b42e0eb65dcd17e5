/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Loops whose length the verifier need not know. */
#include "probe.h"

static long turn(__u32 index, void *context)
{
	return 0;
}

SEC("raw_tp/sys_enter")
int probe(void *ctx)
{
	if (bpf_loop(4, turn, 0, 0) == 4)
		FIRE();
	return 0;
}
