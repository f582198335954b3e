// SPDX-License-Identifier: BSD-2-Clause
        .text
        .global probe_smc_1
        .type   probe_smc_1, %function
probe_smc_1:
        smc     #1
        ret
        .size   probe_smc_1, . - probe_smc_1

        // uint64_t probe_smc_changed(uint64_t function)
        .global probe_smc_changed
        .type   probe_smc_changed, %function
probe_smc_changed:
        stp     x19, x20, [sp, #-0x60]!
        stp     x21, x22, [sp, #0x10]
        stp     x23, x24, [sp, #0x20]
        stp     x25, x26, [sp, #0x30]
        stp     x27, x28, [sp, #0x40]
        stp     x29, x30, [sp, #0x50]
        .irp    n, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
        mov     x\n, #(0x1100 + \n)
        .endr
        smc     #0
        mov     x0, #0
        .irp    n, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
        mov     x1, #(0x1100 + \n)
        cmp     x\n, x1
        cset    x2, ne
        orr     x0, x0, x2, lsl #\n
        .endr
        ldp     x29, x30, [sp, #0x50]
        ldp     x27, x28, [sp, #0x40]
        ldp     x25, x26, [sp, #0x30]
        ldp     x23, x24, [sp, #0x20]
        ldp     x21, x22, [sp, #0x10]
        ldp     x19, x20, [sp], #0x60
        ret
        .size   probe_smc_changed, . - probe_smc_changed
