# SPDX-License-Identifier: BSD-2-Clause
# What Linux says of its VirtIO devices is what the system file says, and what they carry arrives:
# checks/debian.sh runs in a Debian on a partition, checks/other.sh in its neighbour.
# shellcheck shell=bash
debian_with "$folder/debian.img" debian
make_partitions "$folder/gpt.img" gpt "$folder/debian.img"
make_empty_disk "$folder/mbr.raw" 48
make_mbr_disk "$folder/mbr.img" "$folder/mbr.raw"
initramfs_with virtio
initramfs_with net other
start
expect 'serai-guest: ready' 2
guest 2
expect 'other# '
console_type 'sh /checks/other.sh'
expect 'other| waiting'
guest 1
expect 'debian# '
console_type 'sh /checks/debian.sh'
checked debian
checked other
guest 2
console_type 'poweroff -f'
guest 1
console_type 'poweroff'
finish
cut_partition "$folder/gpt.img" 1 512 "$folder/after.img"
clean_ext4 "$folder/after.img" || fail 'the root file system is not clean'
cut_partition "$folder/mbr.img" 9 48 "$folder/after.img"
clean_ext4 "$folder/after.img" || fail "the other guest's file system is not clean"
