# SPDX-License-Identifier: BSD-2-Clause
# The guests of the demo and of the tests, and where the examples find them.
# shellcheck shell=bash
# Where Debian keeps depmod, mke2fs and sfdisk: not everyone looks there.
PATH=$PATH:/usr/sbin:/sbin
source "$root/guests/linux/apt.sh"
source "$root/guests/linux/kernels.sh"
source "$root/guests/linux/initramfs.sh"

# link_example EXAMPLE GUEST: the images that an example's TOML names, relative to it.
link_example() {
  local images=$root/examples/$1/images
  mkdir -p "$images"
  ln -sfn "$cache/guests/$2/vmlinuz" "$images/vmlinuz"
  ln -sfn "$cache/guests/initramfs.cpio" "$images/initramfs.cpio"
}

# demo_guest: what examples/first-light boots.
demo_guest() {
  fetch_debian_guests debian-12-generic || return
  make_initramfs || return
  link_example first-light debian-12-generic
}
