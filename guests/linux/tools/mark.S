// SPDX-License-Identifier: BSD-2-Clause
// void mark(unsigned number): executes HINT #0x60 + number, 0 to 15. ./dev bench counts the
// instructions between markers; everywhere else they do nothing.
        .globl  mark
        .type   mark, %function
mark:   and     x0, x0, #15
        adr     x1, markers
        add     x1, x1, x0, lsl #3
        br      x1
markers:
        .irp    number, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        hint    #0x60 + \number
        ret
        .endr
        .section .note.GNU-stack, "", %progbits
