/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* The search for the socket of a packet. 1 leaves it to the kernel. */
#include "probe.h"

SEC("sk_lookup")
int probe(void *ctx)
{
	FIRE();
	return 1;
}
