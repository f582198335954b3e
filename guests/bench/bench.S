// SPDX-License-Identifier: BSD-2-Clause
//
// A bare-metal guest that does one thing a thousand times, then the next. It measures nothing: it
// marks the sections between which ./dev bench counts instructions (tests/bench/plugin), and ends
// with PSCI SYSTEM_OFF. Runs at EL1 with the MMU off.

        .set    distributor, 0x08000000
        .set    cpu_interface, 0x08010000
        .set    isenabler, 0x100
        .set    isenabler1, 0x104
        .set    icenabler1, 0x184
        .set    sgir, 0xf00
        .set    pmr, 0x04
        .set    iar, 0x0c
        .set    eoir, 0x10
        .set    spurious, 1023

        .set    sgi, 1
        .set    virtual_timer, 27
        .set    sgi_to_self, (2 << 24) | sgi
        .set    psci_version, 0x84000000
        .set    psci_system_off, 0x84000008
        // Ticks of CNTVCT (16 ns each) until the timer is due: longer than any exit takes.
        .set    timer_ticks, 4096
        .set    rounds, 1000

        .macro  mark number
        hint    #0x60 + \number
        .endm

        // The monitor that PSCI calls go to: SMC under Serai, HVC on a bare QEMU.
        .macro  monitor
#ifdef BARE_QEMU
        hvc     #0
#else
        smc     #0
#endif
        .endm

        // Does what stands between `repeat` and `again` as often as it takes; x19 counts.
        .macro  repeat
        mov     x19, #rounds
0:
        .endm

        .macro  again
        mark    0
        subs    x19, x19, #1
        b.ne    0b
        .endm

        .text
        .globl  _start
_start: ldr     x21, =distributor
        ldr     x22, =cpu_interface
        mov     w0, #1
        str     w0, [x21]                       // GICD_CTLR
        str     w0, [x22]                       // GICC_CTLR
        mov     w0, #0xf0
        str     w0, [x22, #pmr]
        ldr     w0, =(1 << sgi) | (1 << virtual_timer)
        str     w0, [x21, #isenabler]

        // 1: PSCI_VERSION
        repeat
        ldr     w0, =psci_version
        mark    1
        monitor
        again

        // 2: a read of the distributor
        repeat
        mark    2
        ldr     w0, [x21, #isenabler1]
        again

        // 3: a write that changes nothing
        repeat
        mark    3
        str     wzr, [x21, #icenabler1]
        again

        // 4: from the store that sends an SGI to its handler; 5: from there to what was interrupted
        ldr     x0, =sgi_vectors
        msr     vbar_el1, x0
        isb
        msr     daifclr, #2
        ldr     w1, =sgi_to_self
        repeat
        mov     x20, #0
        mark    4
        str     w1, [x21, #sgir]
1:      cbz     x20, 1b
        again
        msr     daifset, #2

        // 6: from a fresh tick of CNTVCT over `timer_ticks` to the handler; 7: as 5
        ldr     x0, =timer_vectors
        msr     vbar_el1, x0
        isb
        msr     daifclr, #2
        mov     x2, #1
        repeat
        mov     x20, #0
        mrs     x0, cntvct_el0
1:      mrs     x1, cntvct_el0
        cmp     x0, x1
        b.eq    1b
        mark    6
        add     x1, x1, #timer_ticks
        msr     cntv_cval_el0, x1
        msr     cntv_ctl_el0, x2
        isb
1:      cbz     x20, 1b
        again
        msr     daifset, #2

        // 8: the CPU interface
        repeat
        mark    8
        str     w0, [x22, #pmr]
        ldr     w1, [x22, #pmr]
        ldr     w2, [x22, #iar]
        mov     w0, #0xf0
        again

        // 9: an end of interrupt with none active
        mov     w1, #spurious
        repeat
        mark    9
        str     w1, [x22, #eoir]
        again

        // 10: WFI with an interrupt pending, and masked at the processor
        ldr     w1, =sgi_to_self
        str     w1, [x21, #sgir]
        repeat
        mark    10
        wfi
        again

        ldr     w0, =psci_system_off
        monitor
        b       .

        // One vector table for each kind: the IRQ entry itself begins with its mark.
        .balign 0x800
sgi_vectors:
        .space  0x280
        mark    5
        ldr     w3, [x22, #iar]
        str     w3, [x22, #eoir]
        mov     x20, #1
        eret

        .balign 0x800
timer_vectors:
        .space  0x280
        mark    7
        msr     cntv_ctl_el0, xzr
        ldr     w3, [x22, #iar]
        str     w3, [x22, #eoir]
        mov     x20, #1
        eret
