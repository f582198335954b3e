// SPDX-License-Identifier: BSD-2-Clause
//
// int __popcountdi2(uint64_t value): how many bits are set. The compiler's own run-time library
// counts with vector registers, which programs of ours do not have.
        .section .text.__popcountdi2, "ax"
        .p2align 4
        .global __popcountdi2
        .type   __popcountdi2, %function
__popcountdi2:
        lsr     x1, x0, #1                      // sums of neighbouring bits
        and     x1, x1, #0x5555555555555555
        sub     x0, x0, x1
        and     x1, x0, #0x3333333333333333     // of pairs
        lsr     x0, x0, #2
        and     x0, x0, #0x3333333333333333
        add     x0, x0, x1
        add     x0, x0, x0, lsr #4              // of halves of bytes
        and     x0, x0, #0x0f0f0f0f0f0f0f0f
        mov     x1, #0x0101010101010101
        mul     x0, x0, x1                      // the top byte becomes the sum of all bytes
        lsr     x0, x0, #56
        ret
        .size   __popcountdi2, . - __popcountdi2
