/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* The UDP sockets of a network namespace, listed by an iterator. */
#include "probe.h"

SEC("iter/udp")
int probe(void *ctx)
{
	FIRE();
	return 0;
}
