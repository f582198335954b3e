// SPDX-License-Identifier: BSD-2-Clause
//
// A bare-metal guest that computes, without ever leaving by itself: once to let other guests begin,
// then a known number of instructions between marks 1 and 0. What else is executed meanwhile was
// taken from it. Ends with PSCI SYSTEM_OFF.

        .set    psci_system_off, 0x84000008
        // Rounds of two instructions.
        .set    warm_up, 100000000
        .set    work, 400000000

        .macro  spin rounds
        ldr     x0, =\rounds
1:      subs    x0, x0, #1
        b.ne    1b
        .endm

        .text
        .globl  _start
_start: spin    warm_up
        hint    #0x60 + 1
        spin    work
        hint    #0x60 + 0
        ldr     x0, =psci_system_off
        smc     #0
        b       .
