# SPDX-License-Identifier: BSD-2-Clause
# What ./dev examples types and waits for.
# shellcheck shell=bash
prepare_images() {
  virtio_guest && make_debian_disk "$example_guest" "$images/debian.img"
}

steps() {
  see 'serai-guest: ready' && see '# ' &&
    enter 'cat /etc/os-release' && see 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"' &&
    enter 'blkid /dev/vda; lsblk --noheadings --output NAME,RO,TYPE /dev/vda' &&
    see 'TYPE="ext4"' &&
    enter 'echo "kept over a reset: $((6 * 7))" >note; sync; reboot -f' &&
    see 'serai-guest: ready' 2 &&
    enter 'cat note' && see 'kept over a reset: 42' &&
    enter 'sync; poweroff -f'
}
