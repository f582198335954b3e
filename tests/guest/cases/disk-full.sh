# SPDX-License-Identifier: BSD-2-Clause
# The host's disk becomes full: the guest gets an I/O error for what has no place, keeps what has,
# and goes on. QEMU would halt the machine. Where nobody may mount a small file system, a limit to
# the size of files stands for one.
# shellcheck shell=bash
mkdir "$folder/space"
ln -s "$cache/guests/$guest/initramfs-virtio.cpio" "$folder/initramfs-virtio.cpio"
run=("$serai" run "$folder/system.toml" --platform "$platform")
if unshare --user --map-root-user --mount mount -t tmpfs small /mnt 2>/dev/null; then
  # shellcheck disable=SC2016 # for the other shell
  run=(unshare --user --map-root-user --mount sh -c
    'mount -t tmpfs -o size=8M small "$0" && truncate -s 64M "$0/data.img" && exec "$@"'
    "$folder/space" "${run[@]}")
else
  truncate -s 64M "$folder/space/data.img"
  mkdir "$folder/bin"
  # Ignored, the signal is an error of the write, which QEMU passes on. The limit is in KiB.
  printf '#!/bin/bash\ntrap "" XFSZ\nulimit -f 8192\nexec %s "$@"\n' "$(command -v qemu-system-aarch64)" \
    >"$folder/bin/qemu-system-aarch64"
  chmod +x "$folder/bin/qemu-system-aarch64"
  PATH=$folder/bin:$PATH
fi
console_start "$log" "$limit" "${run[@]}"
expect 'serai-guest: ready'
expect 'guest# '
console_type 'dd if=/dev/zero of=/dev/vda bs=64k count=32 oflag=direct && echo first $((40 + 2)) written'
expect 'first 42 written'
console_type 'tr "\0" x </dev/zero | dd of=/dev/vda bs=64k seek=32 oflag=direct || echo full $((40 + 2)) now'
expect 'full 42 now'
expect 'I/O error'
console_type 'head -c 2097152 /dev/vda | cmp -s -n 2097152 - /dev/zero && echo kept $((40 + 2)) whole'
expect 'kept 42 whole'
console_type 'dd if=/dev/vda of=/dev/null bs=64k iflag=direct && echo read $((40 + 2)) still'
expect 'read 42 still'
console_type 'poweroff -f'
finish
