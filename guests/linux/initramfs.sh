# SPDX-License-Identifier: BSD-2-Clause
# The test guests' initramfs: Debian's static BusyBox, guests/linux/init and three markers. The same
# inputs give the same bytes.
# shellcheck shell=bash

# fetch_busybox: leaves guests/busybox in the cache.
fetch_busybox() {
  local folder=$cache/guests
  [[ -s $folder/busybox ]] && return
  apt_lists bookworm arm64 || return
  mkdir -p "$folder"
  apt_fetch bookworm arm64 busybox-static "$folder/busybox.deb" || return
  dpkg-deb --fsys-tarfile "$folder/busybox.deb" |
    tar -x --to-stdout --wildcards './*bin/busybox' >"$folder/busybox.new" || return
  mv "$folder/busybox.new" "$folder/busybox"
  rm -f "$folder/busybox.deb"
}

# make_marker NUMBER FILE: the program that executes a marker.
make_marker() {
  aarch64-linux-gnu-gcc -nostdlib -static -s -Wl,--build-id=none "-DMARK=$1" \
    -o "$2" "$root/guests/linux/mark.S"
}

# make_initramfs: guests/initramfs.cpio in the cache, made again when one of its parts changes.
make_initramfs() {
  local target=$cache/guests/initramfs.cpio tree number
  fetch_busybox || return
  [[ -s $target && $target -nt $cache/guests/busybox && $target -nt $root/guests/linux/init &&
    $target -nt $root/guests/linux/mark.S ]] && return
  step "making the guests' initramfs"
  tree=$(mktemp -d)
  mkdir -p "$tree"/{bin,dev,proc,sys,tmp}
  install -m 755 "$cache/guests/busybox" "$tree/bin/busybox"
  install -m 755 "$root/guests/linux/init" "$tree/init"
  for number in 1 2 3; do
    make_marker "$number" "$tree/bin/mark$number" || return
  done
  find "$tree" -exec chmod u=rwX,go=rX {} + -exec touch -h -d @0 {} +
  (cd "$tree" && find . | LC_ALL=C sort |
    cpio --quiet --create --format=newc --reproducible --owner=0:0) >"$target.new" || return
  mv "$target.new" "$target"
  rm -rf "$tree"
}
