// SPDX-License-Identifier: BSD-2-Clause
        .macro  call name, immediate
        .text
        .global \name
        .type   \name, %function
\name:
        mov     x7, xzr
        hvc     #\immediate
        ret
        .size   \name, . - \name
        .endm

        call    probe_hvc_0, 0
        call    probe_hvc_1, 1
        call    probe_hvc_ffff, 0xffff
