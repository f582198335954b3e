// SPDX-License-Identifier: BSD-2-Clause
//
// The self-test's image, put together by the assembler: the testbed, a directory
// (config/testbed_image.hpp) and the programs. The include path has the files.
        .set    none, 0xffffffff
        .set    any, 0xffffffffffffffff
        .set    page, 0x1000
        .set    level, 1
        .set    space_pd, 1
        .set    space_vm, 2
        .set    readable, 1
        .set    writable, 2
        .set    executable, 4

        .macro  name text
9:      .ascii  "\text"
        .space  32 - (. - 9b)
        .endm

        .macro  table label, entry_size
        .word   \label - image, (\label\()_end - \label) / \entry_size
        .endm

        .macro  pd label, priority, budget, period, vm, parent, child, text
        .quad   \label - image, \label\()_end - \label, \budget, \period, 0x4000
        .word   \priority, \vm, \parent, \child
        name    "\text"
        .endm

        .macro  program label, file
        .balign page
\label:
        .incbin "\file"
\label\()_end:
        .endm

        .macro  mapping address, region, space, index, permissions, cached
        .quad   \address
        .word   \region, \space, \index, \permissions, \cached, 0
        .endm

        .macro  channel_end pd, id, notify, call
        .word   \pd, \id, \notify, \call
        .endm

        .section .image, "a"
image:
        .incbin "testbed.bin", 0, 8
        .quad   directory - image
        .incbin "testbed.bin", 16

        .balign page
directory:
        .word   0x42545253
        .hword  3, 0                            // config::version
        .quad   image_end - image
        table   pds, 88
        table   vms, 56
        table   regions, 24
        table   mappings, 32
        table   channels, 32
        table   irqs, 16

        .balign 8
pds:
        pd      tester, 100, 1000, 1000, 0, none, 0, "tester"
        pd      server, 200, 1000, 1000, none, none, 0, "server"
        pd      child, 110, 1000, 1000, none, 0, 7, "child"
        pd      spinner, 150, 1000, 10000, none, none, 0, "spinner"
        pd      witness, 120, 1000, 1000, 1, none, 0, "witness"
pds_end:
vms:
        .quad   1000, 1000
        .word   90, 1
        name    "guest"
        .quad   1000, 1000
        .word   80, 2
        name    "witness"
vms_end:
regions:
        .quad   0x40000000, 0x400000, 0x200000          // 0: guest RAM
        .quad   0x8040000, 0x2000, 0x1000               // 1: GICV
        .quad   any, 0x1000, 0x1000                     // 2: shared by all PDs
        .quad   any, 0x1000, 0x1000                     // 3: the server's own
        .quad   any, 0x200000, 0x200000                 // 4: RAM of the witness' guest
regions_end:
mappings:
        mapping 0x40000000, 0, space_vm, 0, 7, 1
        mapping 0x8010000, 1, space_vm, 0, 3, 0
        mapping 0x1040000000, 0, space_pd, 0, 3, 1
        mapping 0x300000000, 2, space_pd, 0, 3, 1
        mapping 0x300000000, 2, space_pd, 1, 3, 1
        mapping 0x300000000, 2, space_pd, 2, 1, 1
        mapping 0x300000000, 2, space_pd, 3, 3, 1
        mapping 0x300001000, 3, space_pd, 1, 3, 1
        mapping 0x300000000, 2, space_pd, 4, 3, 1
        mapping 0x40000000, 4, space_vm, 1, 7, 1
        mapping 0x8010000, 1, space_vm, 1, 3, 0
        mapping 0x1040000000, 4, space_pd, 4, 3, 1
mappings_end:
channels:
        channel_end 0, 1, 1, 1                          // tester calls and signals the server
        channel_end 1, 5, 1, 0
        channel_end 0, 2, 1, 0                          // tester and spinner
        channel_end 3, 0, 1, 0
        channel_end 0, 3, 0, 0                          // the witness tells the tester
        channel_end 4, 0, 1, 0
channels_end:
irqs:
        .word   0, 20, 30, level                        // the physical timer
irqs_end:

        program tester, tester.elf
        program server, server.elf
        program child, child.elf
        program spinner, spinner.elf
        program witness, witness.elf
        .balign page
image_end:
