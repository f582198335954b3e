// SPDX-License-Identifier: BSD-2-Clause
//
// One instruction each, as functions of AAPCS64. Those that return more than X0 write to a result
// block of four words that a pointer names.
        .macro  access name, instruction:vararg
        .text
        .global \name
        .type   \name, %function
\name:
        \instruction
        ret
        .size   \name, . - \name
        .endm

// uint64_t load_x(uint64_t address)
access  load_byte, ldrb w0, [x0]
access  load_byte_signed_32, ldrsb w0, [x0]
access  load_byte_signed_64, ldrsb x0, [x0]
access  load_half, ldrh w0, [x0]
access  load_half_signed_32, ldrsh w0, [x0]
access  load_half_signed_64, ldrsh x0, [x0]
access  load_word, ldr w0, [x0]
access  load_word_signed, ldrsw x0, [x0]
access  load_double, ldr x0, [x0]
access  load_unscaled, ldur w0, [x0, #4]
access  load_indexed, ldr w0, [x0, x1, lsl #2]
access  load_acquire, ldar w0, [x0]
access  load_to_zero, ldr wzr, [x0]

// void store_x(uint64_t address, uint64_t value)
access  store_byte, strb w1, [x0]
access  store_half, strh w1, [x0]
access  store_word, str w1, [x0]
access  store_double, str x1, [x0]
access  store_zero, str wzr, [x0]
access  store_release, stlr w1, [x0]
access  store_vector, str q0, [x0]

// void pair_x(uint64_t address, uint64_t result[4])
        .macro  begin name
        .text
        .global \name
        .type   \name, %function
\name:
        .endm

        .macro  end name
        ret
        .size   \name, . - \name
        .endm

begin   load_pair
        ldp     w2, w3, [x0]
        stp     x2, x3, [x1]
        str     x0, [x1, #16]
end     load_pair

begin   load_pair_signed
        ldpsw   x2, x3, [x0]
        stp     x2, x3, [x1]
        str     x0, [x1, #16]
end     load_pair_signed

begin   load_pair_post
        ldp     w2, w3, [x0], #16
        stp     x2, x3, [x1]
        str     x0, [x1, #16]
end     load_pair_post

begin   load_pair_pre
        ldp     w2, w3, [x0, #-16]!
        stp     x2, x3, [x1]
        str     x0, [x1, #16]
end     load_pair_pre

begin   load_post
        ldr     w2, [x0], #4
        str     x2, [x1]
        str     x0, [x1, #16]
end     load_post

begin   load_pre
        ldr     w2, [x0, #-4]!
        str     x2, [x1]
        str     x0, [x1, #16]
end     load_pre

begin   load_byte_signed_post
        ldrsb   x2, [x0], #1
        str     x2, [x1]
        str     x0, [x1, #16]
end     load_byte_signed_post

// void store_x(uint64_t address, uint64_t result[4]): stores result[0] (and [1]), base to [2]
begin   store_pair
        ldp     x2, x3, [x1]
        stp     w2, w3, [x0]
        str     x0, [x1, #16]
end     store_pair

begin   store_pair_post
        ldp     x2, x3, [x1]
        stp     w2, w3, [x0], #8
        str     x0, [x1, #16]
end     store_pair_post

begin   store_pair_zero
        stp     wzr, wzr, [x0]
        str     x0, [x1, #16]
end     store_pair_zero

begin   store_post
        ldr     x2, [x1]
        str     w2, [x0], #4
        str     x0, [x1, #16]
end     store_post

begin   store_pre
        ldr     x2, [x1]
        str     w2, [x0, #-4]!
        str     x0, [x1, #16]
end     store_pre

// A pair of which only the first half belongs to a device.
begin   load_pair_across
        ldp     x2, x3, [x0]
        stp     x2, x3, [x1]
        str     x0, [x1, #16]
end     load_pair_across

// void allow_vectors()
begin   allow_vectors
        mov     x0, #(3 << 20)
        msr     cpacr_el1, x0
        isb
end     allow_vectors

// void map_alias(uint64_t* table): the first GiB as device memory, RAM at its place and once more a
// GiB above it; then the MMU on.
begin   map_alias
        ldr     x1, =0x0000000000000401         // block, AF, attribute 0
        str     x1, [x0]
        ldr     x1, =0x0000000040000705         // block, AF, inner shareable, attribute 1
        str     x1, [x0, #8]
        str     x1, [x0, #16]
        dsb     sy
        ldr     x1, =0xff00                     // 0: Device-nGnRnE, 1: Normal write-back
        msr     mair_el1, x1
        ldr     x1, =0x0000000100803519         // 39 bits, 4 KiB granule, cacheable walks, EPD1
        msr     tcr_el1, x1
        msr     ttbr0_el1, x0
        dsb     sy
        isb
        tlbi    vmalle1
        dsb     sy
        isb
        mrs     x1, sctlr_el1
        orr     x1, x1, #1
        msr     sctlr_el1, x1
        isb
end     map_alias
