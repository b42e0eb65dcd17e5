/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* A program that may change what a kernel function returns. 0 lets the function run as ever. */
#include "probe.h"

SEC("fmod_ret/security_file_open")
int probe(void *ctx)
{
	FIRE();
	return 0;
}
