# SPDX-License-Identifier: BSD-2-Clause
# A disk that dies for good: each life of its block PD answers one request, and after the eleventh
# crash it stays stopped. The guest gets I/O errors, never a hang, and comes up again after a reset.
source "$root/scripts/guests.sh"
virtio_initramfs "$guest"
ln -sfn "$cache/guests/$guest/initramfs-virtio.cpio" "$folder/initramfs-virtio.cpio"
truncate -s 4M "$folder/disk.img"

read_disk() {
  console_type "dd if=/dev/vda of=/dev/null bs=4k count=20 iflag=direct; echo $1: \$?"
  expect "$1: 1"
}

start
expect 'serai-guest: ready'
read_disk 'before the reset'
expect 'disk dying: its server began life 9'
console_type 'reboot -f'
expect 'serai-guest: ready' 2
read_disk 'after the reset'
console_type 'poweroff -f'
finish
