// SPDX-License-Identifier: BSD-2-Clause
//
// memcpy, memmove, memset, memcmp, memchr and strlen. General registers only, and no access that is
// not naturally aligned, so that they work on every kind of memory. Copies whose ends are equally
// aligned move 128 bytes in 18 instructions, others 64 bytes in 19.
//
// serai_copy_from_ram and serai_copy_to_ram (base/ram_copy.hpp): the same, but for one end that is
// ordinary memory, where accesses need not be aligned: always 128 bytes in 18 instructions.

        .macro  function name
        .global \name
        .type   \name, %function
        .section .text.\name, "ax"
        .p2align 4
\name:
        .endm

        .macro  end_function name
        .size   \name, . - \name
        .endm

// Moves 128 bytes from x1 to x3 and moves both on. Each is a multiple of 8 or in ordinary memory.
        .macro  copy_128
        ldp     x4, x5, [x1], #128
        ldp     x6, x7, [x1, #-112]
        ldp     x8, x9, [x1, #-96]
        ldp     x10, x11, [x1, #-80]
        stp     x4, x5, [x3], #128
        stp     x6, x7, [x3, #-112]
        stp     x8, x9, [x3, #-96]
        stp     x10, x11, [x3, #-80]
        ldp     x4, x5, [x1, #-64]
        ldp     x6, x7, [x1, #-48]
        ldp     x8, x9, [x1, #-32]
        ldp     x10, x11, [x1, #-16]
        stp     x4, x5, [x3, #-64]
        stp     x6, x7, [x3, #-48]
        stp     x8, x9, [x3, #-32]
        stp     x10, x11, [x3, #-16]
        .endm

// Moves bytes from x1 to x3, as many as there are in x2 at most, until `place` is a multiple of 8.
        .macro  copy_until_aligned place
0:      tst     \place, #7
        b.eq    .Lcopy_blocks
        cbz     x2, .Lcopy_done
        ldrb    w4, [x1], #1
        strb    w4, [x3], #1
        sub     x2, x2, #1
        b       0b
        .endm

// Moves as often as x2, which is 64 less than what is left, allows it 64 bytes to x3, a multiple of 8,
// from `bits` bits behind the start of x4, the word before x1.
        .macro  shift_64 bits
0:      ldp     x5, x6, [x1], #64
        ldp     x7, x8, [x1, #-48]
        ldp     x9, x10, [x1, #-32]
        ldp     x11, x12, [x1, #-16]
        extr    x4, x5, x4, #\bits
        extr    x5, x6, x5, #\bits
        extr    x6, x7, x6, #\bits
        extr    x7, x8, x7, #\bits
        extr    x8, x9, x8, #\bits
        extr    x9, x10, x9, #\bits
        extr    x10, x11, x10, #\bits
        extr    x11, x12, x11, #\bits
        stp     x4, x5, [x3], #64
        stp     x6, x7, [x3, #-48]
        stp     x8, x9, [x3, #-32]
        stp     x10, x11, [x3, #-16]
        mov     x4, x12
        subs    x2, x2, #64
        b.hs    0b
        b       .Lshift_words
        .endm

// void* memmove(void* to, const void* from, size_t count)
function memmove
        sub     x3, x0, x1
        cmp     x3, x2
        b.hs    memcpy                  // `to` is not inside what is yet to be read
        add     x1, x1, x2
        add     x3, x0, x2
        eor     x4, x1, x3
        tst     x4, #7
        b.ne    .Lbackward_bytes
.Lbackward_align:
        tst     x3, #7
        b.eq    .Lbackward_words
        cbz     x2, .Lbackward_done
        ldrb    w4, [x1, #-1]!
        strb    w4, [x3, #-1]!
        sub     x2, x2, #1
        b       .Lbackward_align
.Lbackward_words:
        subs    x2, x2, #8
        b.lo    .Lbackward_rest
        ldr     x4, [x1, #-8]!
        str     x4, [x3, #-8]!
        b       .Lbackward_words
.Lbackward_rest:
        add     x2, x2, #8
.Lbackward_bytes:
        cbz     x2, .Lbackward_done
        ldrb    w4, [x1, #-1]!
        strb    w4, [x3, #-1]!
        sub     x2, x2, #1
        b       .Lbackward_bytes
.Lbackward_done:
        ret
end_function memmove

// void* memcpy(void* to, const void* from, size_t count)
function memcpy
        mov     x3, x0
        eor     x4, x0, x1
        tst     x4, #7
        b.ne    .Lcopy_shifted
.Lcopy_align:
        copy_until_aligned x3
.Lcopy_blocks:
        and     x13, x2, #127
        sub     x12, x2, x13            // what the blocks of 128 cover
        cbz     x12, .Lcopy_words
        add     x12, x1, x12
.Lcopy_block:
        copy_128
        cmp     x1, x12
        b.ne    .Lcopy_block
.Lcopy_words:
        mov     x2, x13
.Lcopy_word:
        subs    x2, x2, #8
        b.lo    .Lcopy_rest
        ldr     x4, [x1], #8
        str     x4, [x3], #8
        b       .Lcopy_word
.Lcopy_rest:                            // both ends as above, 0 to 7 bytes left
        tbz     x2, #2, 1f
        ldr     w4, [x1], #4
        str     w4, [x3], #4
1:      tbz     x2, #1, 2f
        ldrh    w4, [x1], #2
        strh    w4, [x3], #2
2:      tbz     x2, #0, .Lcopy_done
        ldrb    w4, [x1]
        strb    w4, [x3]
        ret
.Lcopy_bytes:
        cbz     x2, .Lcopy_done
        ldrb    w4, [x1], #1
        strb    w4, [x3], #1
        sub     x2, x2, #1
        b       .Lcopy_bytes
.Lcopy_done:
        ret

// The ends are not equally aligned: whole words are read and each word written is put together of
// two of them. Every word that is read holds at least one byte of what is copied, so that no page
// is touched that the caller did not name.
.Lcopy_shifted:
        cmp     x2, #32
        b.lo    .Lcopy_bytes
.Lshift_align:
        tst     x3, #7
        b.eq    .Lshift_start
        ldrb    w4, [x1], #1
        strb    w4, [x3], #1
        sub     x2, x2, #1
        b       .Lshift_align
.Lshift_start:
        and     x15, x1, #7             // bytes of the first word before `from`: 1 to 7
        sub     x1, x1, x15
        lsl     x13, x15, #3            // the same in bits
        neg     x14, x13                // and what is left of a word; shifts count modulo 64
        ldr     x4, [x1], #8
        subs    x2, x2, #64
        b.lo    .Lshift_words
        // A loop for each shift, since only a constant one is a single instruction.
        adr     x5, .Lshift_loops
        sub     x6, x15, #1
        mov     x7, #shift_loop_bytes
        madd    x5, x6, x7, x5
        br      x5
        .set    shift_loop_bytes, 20 * 4
.Lshift_loops:
        .irp    bits, 8, 16, 24, 32, 40, 48, 56
        shift_64 \bits
        .endr
.Lshift_words:
        add     x2, x2, #64
.Lshift_word:
        subs    x2, x2, #8
        b.lo    .Lshift_rest
        ldr     x5, [x1], #8
        lsr     x4, x4, x13
        lsl     x9, x5, x14
        orr     x4, x4, x9
        str     x4, [x3], #8
        mov     x4, x5
        b       .Lshift_word
.Lshift_rest:
        add     x2, x2, #8
        sub     x1, x1, #8              // back to the bytes that were read and not yet written
        add     x1, x1, x15
        b       .Lcopy_bytes
end_function memcpy

// void serai_copy_from_ram(void* to, const void* ram, size_t count)
function serai_copy_from_ram
        mov     x3, x0
        b       .Lcopy_align            // which aligns `to`, and nothing is asked of `ram`
end_function serai_copy_from_ram

// void serai_copy_to_ram(void* ram, const void* from, size_t count)
function serai_copy_to_ram
        mov     x3, x0
        copy_until_aligned x1
end_function serai_copy_to_ram

// void* memset(void* to, int value, size_t count)
function memset
        mov     x3, x0
        and     x1, x1, #0xff
        orr     x1, x1, x1, lsl #8
        orr     x1, x1, x1, lsl #16
        orr     x1, x1, x1, lsl #32
.Lset_align:
        tst     x3, #7
        b.eq    .Lset_blocks
        cbz     x2, .Lset_done
        strb    w1, [x3], #1
        sub     x2, x2, #1
        b       .Lset_align
.Lset_blocks:
        subs    x2, x2, #64
        b.lo    .Lset_words
        stp     x1, x1, [x3]
        stp     x1, x1, [x3, #16]
        stp     x1, x1, [x3, #32]
        stp     x1, x1, [x3, #48]
        add     x3, x3, #64
        b       .Lset_blocks
.Lset_words:
        add     x2, x2, #64
.Lset_word:
        subs    x2, x2, #8
        b.lo    .Lset_rest
        str     x1, [x3], #8
        b       .Lset_word
.Lset_rest:
        add     x2, x2, #8
.Lset_bytes:
        cbz     x2, .Lset_done
        strb    w1, [x3], #1
        sub     x2, x2, #1
        b       .Lset_bytes
.Lset_done:
        ret
end_function memset

// int memcmp(const void* a, const void* b, size_t count)
function memcmp
        orr     x3, x0, x1
        tst     x3, #7
        b.ne    .Lcompare_bytes
.Lcompare_words:
        cmp     x2, #8
        b.lo    .Lcompare_bytes
        ldr     x3, [x0]
        ldr     x4, [x1]
        cmp     x3, x4
        b.ne    .Lcompare_bytes         // the difference is among these eight
        add     x0, x0, #8
        add     x1, x1, #8
        sub     x2, x2, #8
        b       .Lcompare_words
.Lcompare_bytes:
        cbz     x2, .Lcompare_equal
        ldrb    w3, [x0], #1
        ldrb    w4, [x1], #1
        sub     x2, x2, #1
        subs    w3, w3, w4
        b.eq    .Lcompare_bytes
        mov     w0, w3
        ret
.Lcompare_equal:
        mov     w0, wzr
        ret
end_function memcmp

// size_t strlen(const char* text)
function strlen
        mov     x1, x0
.Llength_byte:
        ldrb    w2, [x0], #1
        cbnz    w2, .Llength_byte
        sub     x0, x0, x1
        sub     x0, x0, #1
        ret
end_function strlen

// void* memchr(const void* from, int value, size_t count)
function memchr
        and     w1, w1, #0xff
.Lsearch_byte:
        cbz     x2, .Lsearch_failed
        ldrb    w3, [x0]
        cmp     w3, w1
        b.eq    .Lsearch_done
        add     x0, x0, #1
        sub     x2, x2, #1
        b       .Lsearch_byte
.Lsearch_failed:
        mov     x0, xzr
.Lsearch_done:
        ret
end_function memchr
