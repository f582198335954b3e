// SPDX-License-Identifier: BSD-2-Clause
//
// The self-test's guest: each step makes one exit that the tester expects (guest_steps.hpp). What it
// learns goes to `results`, where the tester looks.
        .set    gicc, 0x8010000
        .set    results, 0x40100000

        .macro  result index, register
        ldr     x9, =results + 8 * \index
        str     \register, [x9]
        .endm

        .section .text.start, "ax"
        .global guest_start
guest_start:
        adr     x0, vectors
        msr     vbar_el1, x0
        mov     x0, #(3 << 20)                  // floating point for everyone
        msr     cpacr_el1, x0
        isb

        // A call whose answer is in X0.
        ldr     x0, =0x84000000
        mov     x30, #30
        smc     #0
        result  0, x0
        result  1, x30

        wfi                                     // QEMU executes WFE without a trap

        // Settings that would disturb a VMM if they were left to it.
        mov     x11, #0x8001
        msr     mdscr_el1, x11
        mrs     x12, sctlr_el1
        orr     x12, x12, #(1 << 1)
        orr     x12, x12, #(1 << 24)
        msr     sctlr_el1, x12
        isb
        wfi
        mrs     x11, mdscr_el1
        result  10, x11
        mrs     x11, sctlr_el1
        sub     x11, x11, x12
        result  11, x11
        msr     mdscr_el1, xzr
        bic     x12, x12, #(1 << 1)
        bic     x12, x12, #(1 << 24)
        msr     sctlr_el1, x12
        isb

        // A load from nothing; the tester answers in X5.
        ldr     x4, =0x9000018
        ldr     w5, [x4]
        result  2, x5

        // System calls of seL4: unknown, without a capability, and one that does nothing.
        mov     x7, #5
        mov     x0, #77
        hvc     #0
        result  3, x0
        mov     x7, #-1
        hvc     #0
        mov     x7, #-6
        hvc     #0

        mrs     x6, cntp_ctl_el0
        result  4, x6

        fmov    d0, #1.0
        fmov    x8, d0
        result  5, x8

        // The virtual CPU interface, then an interrupt in list register 0.
        ldr     x10, =gicc
        mov     w11, #0xf0
        str     w11, [x10, #4]
        mov     w11, #1
        str     w11, [x10]
        msr     daifclr, #2
        ldr     x0, =0xc0000001
        smc     #0
        result  6, x20

        // The virtual timer: an event at once; its interrupt comes back by the tester.
        mov     x20, #0
        mrs     x11, cntvct_el0
        msr     cntv_cval_el0, x11
        mov     x11, #1
        msr     cntv_ctl_el0, x11
        isb
1:      cbz     x20, 1b
        result  7, x20

        // Two interrupts at once, by priority.
        ldr     x0, =0xc0000002
        smc     #0
        result  8, x20
        result  9, x21

        // Code where there is none.
        adr     x30, 2f
        ldr     x0, =0x70000000
        br      x0
2:      ldr     x0, =0xc0000003
        smc     #0

        b       .

        // Takes the interrupt: its number to X20, the one before it to X21.
interrupt:
        ldr     x10, =gicc
        ldr     w11, [x10, #0xc]
        mov     x21, x20
        and     x20, x11, #0x3ff
        msr     cntv_ctl_el0, xzr
        isb
        str     w11, [x10, #0x10]
        eret

        .macro  vector target
        .balign 0x80
        b       \target
        .endm

stuck:  ldr     x0, =0xc000000f
        smc     #0
        b       stuck

        .balign 0x800
vectors:
        .rept   5
        vector  stuck
        .endr
        vector  interrupt
        .rept   10
        vector  stuck
        .endr
        .ltorg
