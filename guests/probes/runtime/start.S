// SPDX-License-Identifier: BSD-2-Clause
//
// A probe's first instructions: at EL1 with the MMU off, as Serai starts a guest, or at EL2, as a
// bare QEMU with virtualization=on does (for trying a probe without Serai).
        .set    hcr_el2_rw, 1 << 31
        .set    spsr_el1h_masked, 0x3c5
        .set    cnthctl_el2_el1_may_use_all, 3

        .section .text.start, "ax"
        .global _start
        .type   _start, %function
_start:
        mov     x19, x0                         // the device tree's address
        mrs     x1, CurrentEL
        cmp     x1, #(2 << 2)
        b.ne    .Lat_el1
        mov     x1, #hcr_el2_rw
        msr     hcr_el2, x1
        mov     x1, #cnthctl_el2_el1_may_use_all
        msr     cnthctl_el2, x1
        msr     cntvoff_el2, xzr
        mov     x1, #spsr_el1h_masked
        msr     spsr_el2, x1
        adr     x1, .Lat_el1
        msr     elr_el2, x1
        eret
.Lat_el1:
        ldr     x1, =stack_top
        mov     sp, x1
        ldr     x1, =vectors
        msr     vbar_el1, x1
        isb
        ldr     x1, =bss_start
        ldr     x2, =bss_end
.Lclear:
        cmp     x1, x2
        b.hs    .Lcleared
        stp     xzr, xzr, [x1], #16
        b       .Lclear
.Lcleared:
        ldr     x1, =boot_argument
        str     x19, [x1]
        bl      probe_main
        bl      probe_finish
        .size   _start, . - _start

// The 16 vectors. Each passes its number and the frame on; x0 to x30, ELR and SPSR may be changed.
        .set    frame_bytes, 0x110

        .macro  vector number
        .p2align 7
        sub     sp, sp, #frame_bytes
        stp     x0, x1, [sp]
        mov     x0, #\number
        b       .Lenter
        .endm

        .section .text.vectors, "ax"
        .p2align 11
        .global vectors
vectors:
        .irp    number, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        vector  \number
        .endr

        .p2align 7
.Lenter:
        stp     x2, x3, [sp, #0x10]
        stp     x4, x5, [sp, #0x20]
        stp     x6, x7, [sp, #0x30]
        stp     x8, x9, [sp, #0x40]
        stp     x10, x11, [sp, #0x50]
        stp     x12, x13, [sp, #0x60]
        stp     x14, x15, [sp, #0x70]
        stp     x16, x17, [sp, #0x80]
        stp     x18, x19, [sp, #0x90]
        stp     x20, x21, [sp, #0xa0]
        stp     x22, x23, [sp, #0xb0]
        stp     x24, x25, [sp, #0xc0]
        stp     x26, x27, [sp, #0xd0]
        stp     x28, x29, [sp, #0xe0]
        mrs     x2, elr_el1
        stp     x30, x2, [sp, #0xf0]
        mrs     x2, spsr_el1
        str     x2, [sp, #0x100]
        mov     x1, sp
        bl      probe_exception
        ldr     x2, [sp, #0x100]
        msr     spsr_el1, x2
        ldp     x30, x2, [sp, #0xf0]
        msr     elr_el1, x2
        ldp     x28, x29, [sp, #0xe0]
        ldp     x26, x27, [sp, #0xd0]
        ldp     x24, x25, [sp, #0xc0]
        ldp     x22, x23, [sp, #0xb0]
        ldp     x20, x21, [sp, #0xa0]
        ldp     x18, x19, [sp, #0x90]
        ldp     x16, x17, [sp, #0x80]
        ldp     x14, x15, [sp, #0x70]
        ldp     x12, x13, [sp, #0x60]
        ldp     x10, x11, [sp, #0x50]
        ldp     x8, x9, [sp, #0x40]
        ldp     x6, x7, [sp, #0x30]
        ldp     x4, x5, [sp, #0x20]
        ldp     x2, x3, [sp, #0x10]
        ldp     x0, x1, [sp]
        add     sp, sp, #frame_bytes
        eret
