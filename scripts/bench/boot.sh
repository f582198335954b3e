# SPDX-License-Identifier: BSD-2-Clause
# Row P12: a Linux guest from its first instruction to userland, beside the same on a bare QEMU.
# shellcheck shell=bash

systems_P12=boot

# What bare QEMU's device tree holds beyond what the guest has: looking for it costs a kernel millions
# of instructions, which would flatter us.
extra_devices='^(pcie|virtio_mmio|fw-cfg|flash|pl031|pl061|gpio-keys|platform-bus|pmu)'

# bare_tree MACHINE FILE: QEMU's own device tree without those.
bare_tree() {
  local node
  qemu-system-aarch64 -nographic -nic none -cpu cortex-a53 -m 256 -machine "$1,dumpdtb=$2" \
    </dev/null || return
  for node in $(fdtget -l "$2" / | grep -E "$extra_devices"); do fdtput -r "$2" "/$node" || return; done
  for node in $(fdtget -l "$2" /intc@8000000); do fdtput -r "$2" "/intc@8000000/$node" || return; done
}

# count_bare: the same kernel, initramfs, command line and devices on QEMU without a hypervisor.
count_bare() {
  local folder machine=virt,gic-version=2,highmem=off,dtb-randomness=off
  folder=$(bench_folder boot)
  step "counting: boot on a bare QEMU"
  quietly "$folder/tree.log" bare_tree "$machine" "$folder/bare.dtb" || return
  quietly "$folder/bare.log" timeout "$bench_seconds" qemu-system-aarch64 -nographic -nic none \
    -machine "$machine" -cpu cortex-a53 -m 256 \
    -icount shift=0,sleep=off -rtc base=2026-01-01,clock=vm \
    -kernel "$folder/vmlinuz" -initrd "$folder/initramfs.cpio" -dtb "$folder/bare.dtb" \
    -append "$(command_line "$folder")" \
    -plugin "$bench/count.so" -d plugin -D "$folder/bare.counts"
}

prepare_P12() { count_bare; }

# image_bytes: what is copied into the guest before it starts.
image_bytes() { stat -L -c %s "$bench/boot/vmlinuz" "$bench/boot/initramfs.cpio" | awk '{ s += $1 } END { print s }'; }

rows_P12() {
  local bare here
  bare=$(counted bare boot boot all)
  here=$(counted "$platform" boot boot all)
  [[ "$bare $here" == *missing* ]] && here=missing ||
    here=$(awk -v a="$here" -v b="$bare" 'BEGIN { printf "%.5f", a / b }')
  row P12 'Debian to userland, against bare QEMU' "$platform" "$here" ratio 1.002
  # One copy: a load and a store for every eight bytes.
  row P12 'before the guest, PDs' "$platform" "$(counted "$platform" boot before other)" \
    instructions $((2000000 + $(image_bytes) / 4))
}
