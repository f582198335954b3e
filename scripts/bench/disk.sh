# SPDX-License-Identifier: BSD-2-Clause
# Row P7: reads of 4 KiB by guests/bench/disk.cpp, which has its disk in the VMM's memory or behind the
# block PD. Added is all that is executed outside the guest.
#
# Behind the block PD, QEMU's disk is its null driver, whose data is nowhere. It answers after a
# millisecond of this machine's time: then each interrupt comes when the guest has gone on, and not
# sometimes before. So what the VMM executes is the same each time, and the sum to 0.5 %.
# shellcheck shell=bash

systems_P7='disk-memory disk-file'

images_of_disk_file() { truncate -s 4M "$1/disk.img"; }

qemu_arguments_of_disk_file() {
  printf '%s\n' -set drive.disk_scratch.file=null-co:// \
    -set drive.disk_scratch.file.latency-ns=1000000
}

disk_reads=1024

rows_P7() {
  local kind system depth
  for kind in memory file; do
    system=disk-$kind
    for depth in 1 32; do
      # Section 1 is depth 1, section 2 is depth 32.
      disk_rows "${kind/file/block PD}, depth $depth" "$system" "$((depth == 1 ? 1 : 2))" "$depth"
    done
  done
}

# disk_rows NAME SYSTEM SECTION DEPTH
disk_rows() {
  local name="4 KiB read, $1" exits=0.15
  [[ $4 != 1 ]] || exits=2
  row P7 "$name, added" "$platform" "$(per "$disk_reads" "$2" "$3" added)" instructions 15000
  row P7 "$name, VMM" "$platform" "$(per "$disk_reads" "$2" "$3" vmm)" instructions 1500
  row P7 "$name, exits" "$platform" "$(per "$disk_reads" "$2" "$3" "$(exits_there)")" exits "$exits"
}
