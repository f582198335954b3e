// SPDX-License-Identifier: BSD-2-Clause
//
// A PD starts here, and again when its parent restarts it: then its old stack is gone.
        .set    stack_end, 0x7fffffe000

        .section .text.start, "ax"
        .global _start
        .type _start, %function
_start:
        ldr     x0, =stack_end
        mov     sp, x0
        mov     x29, xzr
        mov     x30, xzr
        bl      testbed_run
        brk     #0
        .size _start, . - _start
