# SPDX-License-Identifier: BSD-2-Clause
# Every device over MMIO with split queues, and over PCI with INTx.
# shellcheck shell=bash
initramfs_with net transports
start
expect 'serai-guest: ready' 2
guest 2
expect 'intx# '
console_type 'iperf3 --server >/tmp/iperf.log 2>&1 &'
console_type 'sh /checks/transports.sh intx 10.0.0.1'
checked intx
guest 1
expect 'mmio# '
console_type 'sh /checks/transports.sh mmio 10.0.0.2'
checked mmio

guest 2
console_type 'poweroff -f'
guest 1
console_type 'poweroff -f'
finish
