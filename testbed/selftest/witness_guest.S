// SPDX-License-Identifier: BSD-2-Clause
//
// Two vCPUs run this at the same time, on one processor: X0 is the vCPU's number. Each fills its
// registers with values of its own, waits longer than its turn, and counts those that changed.
        .set    gicc, 0x8010000
        .set    rounds, 20
        .set    wait_ticks, 100000              // 1.6 ms

        .section .text.start, "ax"
        .global guest_start
guest_start:
        mov     x1, #(3 << 20)
        msr     cpacr_el1, x1
        isb
        mov     x19, x0
        movk    x19, #0x5e1f, lsl #48           // what this vCPU writes everywhere
        mov     x20, #0                         // mismatches
        mov     x21, #rounds

        msr     tpidr_el1, x19
        msr     tpidr_el0, x19
        msr     tpidrro_el0, x19
        msr     vbar_el1, x19
        msr     far_el1, x19
        msr     par_el1, x19
        fmov    d0, x19
        fmov    d31, x19
        add     x1, x0, #1
        msr     fpsr, x1
        mov     x1, #0x8001
        tst     x0, #1
        csel    x1, x1, xzr, ne                 // one of the two
        msr     mdscr_el1, x1
        mov     x23, x1
        mov     x22, x19
        mov     sp, x19
        mrs     x28, vbar_el1                   // these two do not keep every bit
        mrs     x27, par_el1

        .macro  compare expected
        cmp     x2, \expected
        cinc    x20, x20, ne
        .endm

1:      mrs     x1, cntvct_el0
        mov     x3, #(wait_ticks & 0xffff)
        movk    x3, #(wait_ticks >> 16), lsl #16
        add     x1, x1, x3
2:      mrs     x2, cntvct_el0
        cmp     x2, x1
        b.lo    2b

        mrs     x2, tpidr_el1
        compare x19
        mrs     x2, tpidr_el0
        compare x19
        mrs     x2, tpidrro_el0
        compare x19
        mrs     x2, vbar_el1
        compare x28
        mrs     x2, far_el1
        compare x19
        mrs     x2, par_el1
        compare x27
        fmov    x2, d0
        compare x19
        fmov    x2, d31
        compare x19
        mrs     x2, fpsr
        and     x4, x19, #0xff
        add     x4, x4, #1
        compare x4
        mrs     x2, mdscr_el1
        compare x23
        mov     x2, x22
        compare x19
        mov     x2, sp
        compare x19
        subs    x21, x21, #1
        b.ne    1b

        mov     x0, #1                          // how many changed: X20
        smc     #0

        // Takes an interrupt and keeps it active while the other vCPU runs.
        ldr     x10, =gicc
        mov     w11, #0xf0
        str     w11, [x10, #4]
        mov     w11, #1
        str     w11, [x10]
        mov     x0, #2                          // asks for interrupt 40
        smc     #0
        ldr     w20, [x10, #0xc]
        mrs     x1, cntvct_el0
        add     x1, x1, #400, lsl #12           // 26 ms
3:      mrs     x2, cntvct_el0
        cmp     x2, x1
        b.lo    3b
        mov     x0, #3                          // which is active now: X20
        smc     #0
        str     w20, [x10, #0x10]
        isb                                     // QEMU takes the maintenance interrupt here
        mov     x0, #4                          // it has ended
        smc     #0
        b       .
        .ltorg
