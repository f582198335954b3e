# SPDX-License-Identifier: BSD-2-Clause
# The test guests' initramfs: Debian's static BusyBox, guests/linux/init and three markers; and one
# for a kernel with virtual devices. The same inputs give the same bytes.
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

# make_tool NAME FILE: a program of guests/linux/tools for a guest, with all it needs.
make_tool() {
  quietly "$cache/guests/$1.log" aarch64-linux-gnu-g++ -std=c++23 -Wall -Wextra -Werror -Os \
    -static -s \
    -Wl,--build-id=none,--gc-sections -o "$2" "$root/guests/linux/tools/$1.cpp" \
    "$root/guests/linux/tools/mark.S"
}

# make_tools FOLDER: all of them, and the markers.
make_tools() {
  local name
  mkdir -p "$1"
  for name in diskload durable; do make_tool "$name" "$1/$name" || return; done
  for name in 1 2 3 4 5 6 7 8 9; do make_marker "$name" "$1/mark$name" || return; done
}

# newer_than_all FILE PART...: is the file there, and newer than what it is made of?
newer_than_all() {
  local file=$1 part
  [[ -s $file ]] || return
  shift
  for part in "$@"; do [[ $file -nt $part ]] || return; done
}

# pack_initramfs TREE FILE: the archive of a folder, which is removed.
pack_initramfs() {
  find "$1" -exec chmod u=rwX,go=rX {} + -exec touch -h -d @0 {} +
  (cd "$1" && find . | LC_ALL=C sort |
    cpio --quiet --create --format=newc --reproducible --owner=0:0) >"$2.new" || return
  mv "$2.new" "$2"
  rm -rf "$1"
}

# make_initramfs: guests/initramfs.cpio in the cache, made again when one of its parts changes.
make_initramfs() { alone make_plain_initramfs; }

make_plain_initramfs() {
  local target=$cache/guests/initramfs.cpio tree number
  fetch_busybox || return
  newer_than_all "$target" "$cache/guests/busybox" "$root/guests/linux/"{init,mark.S} && return
  step "making the guests' initramfs"
  tree=$(mktemp -d)
  mkdir -p "$tree"/{bin,dev,proc,sys,tmp}
  install -m 755 "$cache/guests/busybox" "$tree/bin/busybox"
  install -m 755 "$root/guests/linux/init" "$tree/init"
  for number in 1 2 3; do
    make_marker "$number" "$tree/bin/mark$number" || return
  done
  pack_initramfs "$tree" "$target"
}

# virtio_initramfs NAME: guests/NAME/initramfs-virtio.cpio in the cache: BusyBox, the modules of this
# guest's kernel, guests/linux/init-virtio and guests/linux/tools.
virtio_initramfs() { alone make_virtio_initramfs "$1"; }

make_virtio_initramfs() {
  local target=$cache/guests/$1/initramfs-virtio.cpio tree
  fetch_guest_modules "$1" || return
  fetch_busybox || return
  newer_than_all "$target" "$cache/guests/busybox" "$cache/guests/$1/modules.made-of" \
    "$root/guests/linux/"{init-virtio,words.sh,initramfs.sh,mark.S} "$root"/guests/linux/tools/* && return
  step "making the initramfs with the modules of $1"
  tree=$(mktemp -d)
  virtio_tree "$1" "$tree" && pack_initramfs "$tree" "$target"
}

# virtio_tree NAME TREE: what that initramfs holds.
virtio_tree() {
  local tree=$2
  mkdir -p "$tree"/{bin,dev,disk,lib/serai,proc,sys,tmp}
  # The kernel itself calls /sbin/modprobe.
  ln -s bin "$tree/sbin"
  install -m 755 "$cache/guests/busybox" "$tree/bin/busybox"
  install -m 755 "$root/guests/linux/init-virtio" "$tree/init"
  install -m 644 "$root/guests/linux/words.sh" "$tree/lib/serai/words.sh"
  make_tools "$tree/bin" && put_modules "$1" "$tree/lib/modules" &&
    rm -f "$tree"/lib/modules/*/modules.{*.bin,builtin.modinfo,builtin.alias.bin,devname,softdep,symbols,order}
}

# put_modules NAME FOLDER: a copy of the modules of a guest's kernel.
put_modules() {
  mkdir -p "$2"
  cp -R "$cache/guests/$1/modules/." "$2/"
}
