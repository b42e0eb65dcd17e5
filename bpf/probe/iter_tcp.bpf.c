/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* The TCP sockets of a network namespace, listed by an iterator. */
#include "probe.h"

SEC("iter/tcp")
int probe(void *ctx)
{
	FIRE();
	return 0;
}
