# SPDX-License-Identifier: BSD-2-Clause
# What ./dev examples types and waits for.
# shellcheck shell=bash
prepare_images() {
  virtio_guest && truncate -s 0 "$images/shaky.img" "$images/steady.img" &&
    truncate -s 16M "$images/shaky.img" "$images/steady.img"
}

# Random data to the disk and back: a request at a time and four at a time, past the guest's cache
# and through it.
carry_data() {
  enter 'dd if=/dev/urandom of=data bs=64k count=48 2>note; sha256sum <data >before' &&
    enter 'dd if=data of=/dev/vda bs=64k oflag=direct 2>note' &&
    enter 'for i in 0 12 24 36; do dd if=data of=/dev/vda bs=64k count=12 skip=$i seek=$((64 + i)) oflag=direct conv=fsync 2>note & done; wait' &&
    enter 'echo 3 >/proc/sys/vm/drop_caches; dd if=/dev/vda bs=64k count=48 2>note | sha256sum >after-1' &&
    enter 'dd if=/dev/vda bs=64k skip=64 count=48 iflag=direct 2>note | sha256sum >after-2' &&
    enter 'cmp before after-1 && cmp before after-2; echo "data of '"$1"' is the same: $?"' &&
    see "data of $1 is the same: 0" &&
    enter 'echo "I/O errors of '"$1"': $(dmesg | grep -c "I/O error")"' &&
    see "I/O errors of $1: 0"
}

steps() {
  see 'serai-guest: ready' 2 &&
    guest 1 && carry_data first && see 'disk shaky: its server began life 5' &&
    guest 2 && carry_data second && ! grep -q 'disk steady: its server' "$console_log" &&
    enter 'poweroff -f' && guest 1 && enter 'poweroff -f'
}
