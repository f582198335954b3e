# SPDX-License-Identifier: BSD-2-Clause
# The guests of the demo, the tests and the examples. GUEST is a name of guests/linux/kernels.sh, such
# as debian-12-generic. What is fetched or made lies in the cache folder, is for reading, and is made
# again when what it is made of changes:
#
#   fetch_debian_guests [GUEST...]   guests/GUEST/vmlinuz, version
#   fetch_guest_modules [GUEST...]   and guests/GUEST/modules
#   make_initramfs                   guests/initramfs.cpio: BusyBox, no drivers
#   virtio_initramfs GUEST           guests/GUEST/initramfs-virtio.cpio: BusyBox and the drivers (6 MB)
#   net_initramfs GUEST              guests/GUEST/initramfs-net.cpio: and iperf3, socat, ethtool, ip,
#                                    tcpdump (24 MB)
#   debian_disk GUEST                guests/GUEST/debian.img: Debian 12 on ext4 (512 MiB, 190 MB of
#                                    them in use), to go on with from either of the two
#
# What guests may write to is made where the caller wants it:
#
#   make_debian_disk GUEST FILE [plain|gpt|mbr]   a copy of debian.img, or a disk with two partitions:
#                                                 that, and an empty ext4 (64 MiB)
#   make_empty_disk FILE MIB [LABEL]              an empty ext4
#
# guests/linux/words.sh names the words on the command line of the kernel that these guests know.
# shellcheck shell=bash

# Where Debian keeps depmod, mke2fs and sfdisk: not everyone looks there.
PATH=$PATH:/usr/sbin:/sbin
source "$root/guests/linux/apt.sh"
source "$root/guests/linux/kernels.sh"
source "$root/guests/linux/initramfs.sh"
source "$root/guests/linux/debian.sh"
source "$root/guests/linux/disk.sh"
source "$root/guests/linux/net.sh"

# link_example EXAMPLE GUEST [KIND]: the images that an example's TOML names, relative to it. The
# initramfs is the plain one, or with KIND virtio or net the guest's own of that kind.
link_example() {
  local images=$root/examples/$1/images initramfs=$cache/guests/initramfs.cpio
  [[ -z ${3-} ]] || initramfs=$cache/guests/$2/initramfs-$3.cpio
  mkdir -p "$images"
  ln -sfn "$cache/guests/$2/vmlinuz" "$images/vmlinuz"
  ln -sfn "$initramfs" "$images/initramfs.cpio"
}

# demo_guest: what examples/first-light boots.
demo_guest() {
  fetch_debian_guests debian-12-generic || return
  make_initramfs || return
  link_example first-light debian-12-generic
}
