/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* The entry of a function of a program. */
#include "probe.h"

SEC("uprobe")
int probe(void *ctx)
{
	FIRE();
	return 0;
}
