# SPDX-License-Identifier: BSD-2-Clause
# Row P8: a Linux guest reads its disk from one end to the other, beside the same guest with the same
# file on a bare QEMU, in turn, by the clock. The file is in this machine's page cache.
# shellcheck shell=bash

load='diskload /dev/vda read sequential 131072 4 2048'

prepare_P8() {
  fetch_debian_guests "$bench_guest" && virtio_initramfs "$bench_guest" || return
  mkdir -p "$bench/throughput"
  head -c 64M /dev/zero >"$bench/throughput/disk.img"
}

# bare_disk_guest FOLDER: the command, an argument a line.
bare_disk_guest() {
  printf '%s\n' qemu-system-aarch64 -machine virt,gic-version=2,highmem=off -cpu cortex-a53 -m 256 \
    -nodefaults -display none -monitor none -serial stdio \
    -drive "file=$1/disk.img,if=none,id=disk,format=raw,cache=writeback,file.locking=off" \
    -device virtio-blk-pci,drive=disk,disable-legacy=on \
    -kernel "$1/vmlinuz" -initrd "$1/initramfs-virtio.cpio" -append "$(command_line "$1")"
}

measure_P8() {
  local folder status=0 round here bare
  local -a command=()
  folder=$(bench_folder throughput)
  mapfile -t command < <(bare_disk_guest "$folder")
  step "timing: $wall_rounds sequential reads on $platform and on a bare QEMU"
  : >"$folder/$platform.ratios"
  wall_start bare "$folder/$platform.bare.log" "${command[@]}"
  wall_start here "$folder/$platform.log" "$serai" run "$folder/system.toml" --platform "$platform"
  wall_until bare 'serai-guest: ready' && wall_until here 'serai-guest: ready' &&
    wall_time bare "$load" requests, >/dev/null && wall_time here "$load" requests, >/dev/null || status=1
  for ((round = 0; status == 0 && round < wall_rounds; ++round)); do
    bare=$(wall_time bare "$load" requests,) && here=$(wall_time here "$load" requests,) || status=1
    awk -v a="$here" -v b="$bare" 'BEGIN { if (b > 0) print a / b }' >>"$folder/$platform.ratios"
  done
  wall_stop bare
  wall_stop here
  return "$status"
}

# 90 % of the throughput is 1 / 0.9 of the time.
rows_P8() {
  wall_rows P8 'sequential read, time against bare QEMU' "$bench/throughput/$platform.ratios" 1.111
}
