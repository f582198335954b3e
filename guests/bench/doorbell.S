// SPDX-License-Identifier: BSD-2-Clause
//
// A bare-metal guest that notifies VirtIO queues in which there is nothing, a thousand times each
// (row P3): 1 over PCI, 2 over MMIO. It is a driver only as far as that takes. Runs at EL1 with the
// MMU off; the offsets in the PCI device are those of src/virtio/transport/pci_layout.hpp.

        .set    ecam_slot_1, 0x3f000000 + (1 << 15)
        .set    mmio_device, 0x0a000000
        .set    bar_address, 0x10000000
        .set    notify_offset, 0x1000
        .set    psci_system_off, 0x84000008
        .set    rounds, 1000

        .set    pci_command, 0x04
        .set    pci_bar0, 0x10
        .set    memory_space, 1 << 1

        .set    acknowledge_driver, 3
        .set    features_ok, 11
        .set    driver_ok, 15
        .set    queue_entries, 8

        .macro  mark number
        hint    #0x60 + \number
        .endm

        .text
        .globl  _start
        // The device behind PCI: its structures where we want them, then as the specification says.
_start: ldr     x20, =ecam_slot_1
        ldr     x21, =bar_address
        str     w21, [x20, #pci_bar0]
        str     wzr, [x20, #(pci_bar0 + 4)]
        mov     w0, #memory_space
        strh    w0, [x20, #pci_command]
        strb    wzr, [x21, #0x14]               // device_status: reset
        mov     w0, #acknowledge_driver
        strb    w0, [x21, #0x14]
        mov     w0, #1
        str     w0, [x21, #0x08]                // driver_feature_select: VIRTIO_F_VERSION_1
        str     w0, [x21, #0x0c]                // driver_feature
        mov     w0, #features_ok
        strb    w0, [x21, #0x14]
        strh    wzr, [x21, #0x16]               // queue_select
        mov     w0, #queue_entries
        strh    w0, [x21, #0x18]                // queue_size
        ldr     x1, =pci_rings
        str     w1, [x21, #0x20]                // queue_desc
        str     wzr, [x21, #0x24]
        add     w1, w1, #0x100
        str     w1, [x21, #0x28]                // queue_driver
        str     wzr, [x21, #0x2c]
        add     w1, w1, #0x100
        str     w1, [x21, #0x30]                // queue_device
        str     wzr, [x21, #0x34]
        mov     w0, #1
        strh    w0, [x21, #0x1c]                // queue_enable
        mov     w0, #driver_ok
        strb    w0, [x21, #0x14]

        add     x21, x21, #notify_offset
        mov     x19, #rounds
1:      mark    1
        strh    wzr, [x21]
        mark    0
        subs    x19, x19, #1
        b.ne    1b

        ldr     x21, =mmio_device
        str     wzr, [x21, #0x70]               // Status
        mov     w0, #acknowledge_driver
        str     w0, [x21, #0x70]
        mov     w0, #1
        str     w0, [x21, #0x24]                // DriverFeaturesSel
        str     w0, [x21, #0x20]                // DriverFeatures
        mov     w0, #features_ok
        str     w0, [x21, #0x70]
        str     wzr, [x21, #0x30]               // QueueSel
        mov     w0, #queue_entries
        str     w0, [x21, #0x38]                // QueueNum
        ldr     x1, =mmio_rings
        str     w1, [x21, #0x80]                // QueueDesc
        str     wzr, [x21, #0x84]
        add     w1, w1, #0x100
        str     w1, [x21, #0x90]                // QueueDriver
        str     wzr, [x21, #0x94]
        add     w1, w1, #0x100
        str     w1, [x21, #0xa0]                // QueueDevice
        str     wzr, [x21, #0xa4]
        mov     w0, #1
        str     w0, [x21, #0x44]                // QueueReady
        mov     w0, #driver_ok
        str     w0, [x21, #0x70]

        mov     x19, #rounds
1:      mark    2
        str     wzr, [x21, #0x50]               // QueueNotify
        mark    0
        subs    x19, x19, #1
        b.ne    1b

        ldr     x0, =psci_system_off
        smc     #0
        b       .

        // Descriptor table, available ring and used ring, 256 bytes apart, all zero.
        .data
        .balign 0x1000
pci_rings:
        .space  0x1000
mmio_rings:
        .space  0x1000
