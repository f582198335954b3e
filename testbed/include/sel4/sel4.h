/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seL4's user-level interface as far as protection domains use it, for the testbed.
 */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

#include <sel4/constants.h>
#include <sel4/invocations.h>
#include <sel4/syscalls.h>
#include <sel4/types.h>

#ifdef __cplusplus
}
#endif
