// SPDX-License-Identifier: BSD-2-Clause
//
// The way into EL2 and out of it. While a thread runs, SP_EL2 points to its saved registers, which
// are laid out like seL4_UserContext (el2/thread.hpp).

        .set    at_pc, 0
        .set    at_spsr, 16
        .set    at_x0, 24
        .set    at_x1, 32
        .set    at_x2, 40
        .set    at_x4, 56
        .set    at_x6, 72
        .set    at_x8, 88
        .set    at_x17, 104
        .set    at_x29, 120
        .set    at_x9, 136
        .set    at_x11, 152
        .set    at_x13, 168
        .set    at_x15, 184
        .set    at_x20, 200
        .set    at_x22, 216
        .set    at_x24, 232
        .set    at_x26, 248
        .set    at_x28, 264
        .set    at_tpidr, 272
        .set    at_ipc_buffer, 288
        .set    at_guest_threads, 296

// Fast paths (fast_path.hpp) recognise these by their numbers.
        .set    call, 1                         // system calls, negated
        .set    reply_recv, 2
        .set    read_registers, 0x2002          // message infos: label and length
        .set    write_registers, 0x3002         // and how many registers, to be added
        .set    first_vm_thread, 266
        .set    input_cap, 1
        .set    supervisor_call, 0x15

// The first bytes of the image: config/testbed_image.hpp.
        .section .text.head, "ax"
        .global testbed_head
testbed_head:
        b       start
        nop
        .global testbed_directory_offset
testbed_directory_offset:
        .quad   0

        .text
start:
        msr     spsel, #1
        msr     daifset, #0xf
        ldr     x0, =kernel_stack_end
        mov     sp, x0
        adr     x0, vectors
        msr     vbar_el2, x0
        isb
        bl      boot
        b       resume

// Saves all registers of the thread that ran but X17 and X18, and leaves a pointer to them in X0.
        .macro  save_registers
        stp     x0, x1, [sp, #at_x0]
        stp     x2, x3, [sp, #at_x2]
        stp     x4, x5, [sp, #at_x4]
        stp     x6, x7, [sp, #at_x6]
        stp     x8, x16, [sp, #at_x8]
        stp     x29, x30, [sp, #at_x29]
        stp     x9, x10, [sp, #at_x9]
        stp     x11, x12, [sp, #at_x11]
        stp     x13, x14, [sp, #at_x13]
        stp     x15, x19, [sp, #at_x15]
        stp     x20, x21, [sp, #at_x20]
        stp     x22, x23, [sp, #at_x22]
        stp     x24, x25, [sp, #at_x24]
        stp     x26, x27, [sp, #at_x26]
        str     x28, [sp, #at_x28]
        mov     x0, sp
        mrs     x1, elr_el2
        mrs     x2, sp_el0
        mrs     x3, spsr_el2
        mrs     x4, tpidr_el0
        mrs     x5, tpidrro_el0
        stp     x1, x2, [x0, #at_pc]
        str     x3, [x0, #at_spsr]
        stp     x4, x5, [x0, #at_tpidr]
        ldr     x6, =kernel_stack_end
        mov     sp, x6
        .endm

lower_irq:
        stp     x17, x18, [sp, #at_x17]
        save_registers
        adr     x30, resume
        b       handle_interrupt

// X0: the thread to run.
resume:
        mov     sp, x0
        ldp     x1, x2, [x0, #at_pc]
        ldr     x3, [x0, #at_spsr]
        ldp     x4, x5, [x0, #at_tpidr]
        msr     elr_el2, x1
        msr     sp_el0, x2
        msr     spsr_el2, x3
        msr     tpidr_el0, x4
        msr     tpidrro_el0, x5
        ldp     x2, x3, [x0, #at_x2]
        ldp     x4, x5, [x0, #at_x4]
        ldp     x6, x7, [x0, #at_x6]
        ldp     x8, x16, [x0, #at_x8]
        ldp     x17, x18, [x0, #at_x17]
        ldp     x29, x30, [x0, #at_x29]
        ldp     x9, x10, [x0, #at_x9]
        ldp     x11, x12, [x0, #at_x11]
        ldp     x13, x14, [x0, #at_x13]
        ldp     x15, x19, [x0, #at_x15]
        ldp     x20, x21, [x0, #at_x20]
        ldp     x22, x23, [x0, #at_x22]
        ldp     x24, x25, [x0, #at_x24]
        ldp     x26, x27, [x0, #at_x26]
        ldr     x28, [x0, #at_x28]
        ldp     x0, x1, [x0, #at_x0]
        eret

// SVC comes from PDs alone: a guest's own goes to its EL1. What seL4 keeps across a system call is
// more than the testbed's headers promise (sel4/syscalls.h), so it may use X6 and X8 to X18; any
// other exception must find all registers as they were.
        .macro  lower_sync
        stp     x17, x18, [sp, #at_x17]
        mrs     x17, esr_el2
        lsr     x17, x17, #26
        cmp     x17, #supervisor_call
        b.ne    fault
        cmn     x7, #call
        b.eq    pd_call
        cmn     x7, #reply_recv
        b.eq    pd_reply_receive
        b       slow_call
        .endm

slow_call:
        save_registers
        adr     x30, resume
        b       handle_trap

// X0 names a thread of the PD's VM and X1 asks for its registers: answered without leaving this
// page. X2 holds flags, X3 the number of registers.
pd_call:
        sub     x17, x0, #first_vm_thread
        cmp     x17, #64
        b.hs    slow_call
        ldr     x18, [sp, #at_guest_threads]
        ldr     x17, [x18, x17, lsl #3]
        cbz     x17, slow_call
        cbnz    x2, slow_call
        sub     x18, x3, #1
        cmp     x18, #36
        b.hs    slow_call
        mov     x18, #read_registers
        cmp     x1, x18
        b.ne    pd_write

        mov     x0, #0
        mov     x1, x3
        ldp     x2, x3, [x17]
        ldp     x4, x5, [x17, #16]
        subs    x6, x1, #4
        b.ls    3f
        ldr     x18, [sp, #at_ipc_buffer]
        add     x18, x18, #24                   // the fifth message word less one pair
2:      ldp     x8, x9, [x17, #32]              // one word too many does no harm
        add     x17, x17, #16
        stp     x8, x9, [x18, #16]!
        subs    x6, x6, #2
        b.hi    2b
3:      eret

// The same for a write of the PC alone or of PC, SP, SPSR and more.
pd_write:
        add     x18, x3, #2
        mov     x6, #write_registers & ~0xfff
        add     x18, x18, x6
        cmp     x1, x18
        b.ne    slow_call
        subs    x6, x3, #2
        b.ls    6f
        ldr     x18, [sp, #at_ipc_buffer]
        ldr     x8, [x18, #40]!
        and     x9, x8, #0x1f                   // EL0t, EL1t and EL1h need no correction
        cmp     x9, #5
        ccmp    x9, #4, #4, ne
        b.ne    slow_call
        stp     x4, x5, [x17]
        str     x8, [x17, #16]!
        tbnz    x6, #0, 4f                      // SPSR makes an odd rest even
        ldr     x8, [x18, #8]!
        str     x8, [x17, #8]!
        sub     x6, x6, #1
4:      subs    x6, x6, #1
        b.ls    5f
7:      ldp     x8, x9, [x18, #8]
        add     x18, x18, #16
        stp     x8, x9, [x17, #8]
        add     x17, x17, #16
        subs    x6, x6, #2
        b.ne    7b
5:      mov     x0, #0
        mov     x1, #0
        eret
6:      str     x4, [x17]
        cmp     x3, #2
        b.ne    5b
        str     x5, [x17, #8]
        b       5b

// If the PD answers its guest and the guest may run at once, only what a function call keeps is
// saved.
pd_reply_receive:
        cmp     x0, #input_cap
        b.ne    slow_call
        mov     x6, sp
        stp     x0, x1, [x6, #at_x0]
        stp     x2, x3, [x6, #at_x2]
        stp     x4, x5, [x6, #at_x4]
        str     x19, [x6, #at_x15 + 8]
        stp     x20, x21, [x6, #at_x20]
        stp     x22, x23, [x6, #at_x22]
        stp     x24, x25, [x6, #at_x24]
        stp     x26, x27, [x6, #at_x26]
        str     x28, [x6, #at_x28]
        stp     x29, x30, [x6, #at_x29]
        mrs     x8, elr_el2
        mrs     x9, sp_el0
        stp     x8, x9, [x6, #at_pc]            // SPSR is as it was: flags are not kept
        ldr     x8, =kernel_stack_end
        mov     sp, x8
        mov     x20, x6
        mov     x0, x6
        bl      reply_receive_fast
        cbnz    x0, resume
        mov     x0, x20
        mov     x8, #-reply_recv
        str     x8, [x0, #at_x6 + 8]            // X7
        adr     x30, resume
        b       handle_trap

// A fault: if it is a guest's and its VMM waits for it, the VMM needs no more than the message and
// what it keeps across a system call.
fault:
        save_registers
        mov     x20, x0
        bl      fault_fast
        cbnz    x0, 1f
        mov     x0, x20
        adr     x30, resume
        b       handle_trap

1:      mov     sp, x0
        ldp     x1, x2, [x0, #at_pc]
        ldr     x3, [x0, #at_spsr]
        msr     elr_el2, x1
        msr     sp_el0, x2
        msr     spsr_el2, x3
        ldr     x19, [x0, #at_x15 + 8]
        ldp     x20, x21, [x0, #at_x20]
        ldp     x22, x23, [x0, #at_x22]
        ldp     x24, x25, [x0, #at_x24]
        ldp     x26, x27, [x0, #at_x26]
        ldr     x28, [x0, #at_x28]
        ldp     x29, x30, [x0, #at_x29]
        ldp     x2, x3, [x0, #at_x2]
        ldp     x4, x5, [x0, #at_x4]
        ldp     x0, x1, [x0, #at_x0]
        eret

        .macro  vector target
        .balign 0x80
        \target
        .endm

        .macro  broken number
        .balign 0x80
        mov     x0, #\number
        b       broken_vector
        .endm

broken_vector:
        ldr     x1, =kernel_stack_end
        mov     sp, x1
        b       handle_unexpected

        .balign 0x800
vectors:
        broken  0
        broken  1
        broken  2
        broken  3
        broken  4
        broken  5
        broken  6
        broken  7
        vector  lower_sync
        vector  "b lower_irq"
        broken  10
        broken  11
        // A guest's AArch32 programs arrive here.
        vector  lower_sync
        vector  "b lower_irq"
        broken  14
        broken  15

// SIMD and floating-point registers of a vCPU; X0: 528 bytes, aligned to 16.
        .arch_extension fp
        .arch_extension simd
        .global save_vectors
save_vectors:
        stp     q0, q1, [x0, #0]
        stp     q2, q3, [x0, #32]
        stp     q4, q5, [x0, #64]
        stp     q6, q7, [x0, #96]
        stp     q8, q9, [x0, #128]
        stp     q10, q11, [x0, #160]
        stp     q12, q13, [x0, #192]
        stp     q14, q15, [x0, #224]
        stp     q16, q17, [x0, #256]
        stp     q18, q19, [x0, #288]
        stp     q20, q21, [x0, #320]
        stp     q22, q23, [x0, #352]
        stp     q24, q25, [x0, #384]
        stp     q26, q27, [x0, #416]
        stp     q28, q29, [x0, #448]
        stp     q30, q31, [x0, #480]
        mrs     x1, fpcr
        mrs     x2, fpsr
        add     x0, x0, #512
        stp     x1, x2, [x0]
        ret

        .global load_vectors
load_vectors:
        ldp     q0, q1, [x0, #0]
        ldp     q2, q3, [x0, #32]
        ldp     q4, q5, [x0, #64]
        ldp     q6, q7, [x0, #96]
        ldp     q8, q9, [x0, #128]
        ldp     q10, q11, [x0, #160]
        ldp     q12, q13, [x0, #192]
        ldp     q14, q15, [x0, #224]
        ldp     q16, q17, [x0, #256]
        ldp     q18, q19, [x0, #288]
        ldp     q20, q21, [x0, #320]
        ldp     q22, q23, [x0, #352]
        ldp     q24, q25, [x0, #384]
        ldp     q26, q27, [x0, #416]
        ldp     q28, q29, [x0, #448]
        ldp     q30, q31, [x0, #480]
        add     x0, x0, #512
        ldp     x1, x2, [x0]
        msr     fpcr, x1
        msr     fpsr, x2
        ret

        .bss
        .balign 16
        .space  0x8000
kernel_stack_end:
