/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Functions of a program by one link. The agent sets the attach type, which older libbpf have no name for. */
#include "probe.h"

SEC("uprobe")
int probe(void *ctx)
{
	FIRE();
	return 0;
}
