// SPDX-License-Identifier: BSD-2-Clause
//
// A PD starts here with its stack set up, and again when its parent restarts it.
        .section .text.start, "ax"
        .global _start
        .type _start, %function
_start:
        mov     x29, xzr
        mov     x30, xzr
        bl      testbed_run
        brk     #0
        .size _start, . - _start
