// SPDX-License-Identifier: BSD-2-Clause
// A Linux program that executes one marker, HINT #0x60 + MARK, and exits. ./dev bench counts the
// instructions between markers; everywhere else they do nothing.
        .globl  _start
_start: hint    #0x60 + MARK
        mov     x0, #0
        mov     x8, #93         // exit
        svc     #0
