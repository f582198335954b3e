// SPDX-License-Identifier: BSD-2-Clause
//
// The guest's program inside the tester.
        .section .rodata
        .balign 8
        .global guest_image
guest_image:
        .incbin "guest.bin"
        .balign 8
        .global guest_image_end
guest_image_end:
