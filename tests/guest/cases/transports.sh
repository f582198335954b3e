# SPDX-License-Identifier: BSD-2-Clause
# Every device over MMIO, and over PCI with INTx; a VirtIO console that is as large as the terminal.
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

# What `serai run` types when the terminal has another size; a name and "| " stand before each line.
for size in 132x43 80x24; do
  printf '\035s%s\r' "$size" >&"$console_input"
  console_type "echo now $size; sleep 1; stty size"
  expect "now $size" 2
  expect "mmio| ${size#*x} $((${size%x*} - 6))"
done
guest 2
console_type 'poweroff -f'
guest 1
console_type 'poweroff -f'
finish
