/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Packets of a network device. -1 leaves them to whoever comes next. */
#include "probe.h"

SEC("tc")
int probe(void *ctx)
{
	FIRE();
	return -1;
}
