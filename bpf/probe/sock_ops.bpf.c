/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Events of the TCP sockets of a control group. */
#include "probe.h"

SEC("sockops")
int probe(void *ctx)
{
	FIRE();
	return 1;
}
