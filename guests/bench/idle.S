// SPDX-License-Identifier: BSD-2-Clause
//
// A bare-metal guest with nothing to do: it waits for its timer, ten times a second, as often as an
// idle Debian looks at the time.

        .set    distributor, 0x08000000
        .set    cpu_interface, 0x08010000
        .set    isenabler, 0x100
        .set    pmr, 0x04
        .set    iar, 0x0c
        .set    eoir, 0x10
        .set    virtual_timer, 27
        // Of CNTVCT, 16 ns each: 100 ms.
        .set    period, 6250000

        .text
        .globl  _start
_start: ldr     x21, =distributor
        ldr     x22, =cpu_interface
        mov     w0, #1
        str     w0, [x21]                       // GICD_CTLR
        str     w0, [x22]                       // GICC_CTLR
        mov     w0, #0xf0
        str     w0, [x22, #pmr]
        ldr     w0, =1 << virtual_timer
        str     w0, [x21, #isenabler]
        ldr     x3, =period
        mrs     x1, cntvct_el0
        mov     x2, #1
1:      add     x1, x1, x3
        msr     cntv_cval_el0, x1
        msr     cntv_ctl_el0, x2
        isb
2:      wfi                                     // interrupts wake it, masked as they are
        mrs     x0, cntv_ctl_el0
        tbz     x0, #2, 2b                      // ISTATUS
        msr     cntv_ctl_el0, xzr
        isb
        ldr     w0, [x22, #iar]
        str     w0, [x22, #eoir]
        b       1b
