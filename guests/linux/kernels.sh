# SPDX-License-Identifier: BSD-2-Clause
# Debian's arm64 kernels as guests, unmodified: fetched once, then kept in the cache folder.
# shellcheck shell=bash

# Guests that tests boot: NAME, Debian release, meta package.
debian_guests=(
  "debian-12-generic bookworm linux-image-arm64"
  "debian-12-cloud   bookworm linux-image-cloud-arm64"
  "debian-12-rt      bookworm linux-image-rt-arm64"
  "debian-13-generic trixie   linux-image-arm64"
  "debian-13-cloud   trixie   linux-image-cloud-arm64"
  "debian-13-rt      trixie   linux-image-rt-arm64"
)

# kernel_package RELEASE META: the package that a meta package stands for.
kernel_package() {
  apt_show "$1" arm64 "$2" | sed -nE 's/^Depends: (linux-image-[^ ,]+).*/\1/p' | head -n 1
}

# fetch_kernel NAME RELEASE META: leaves guests/NAME/{vmlinuz,version} in the cache.
fetch_kernel() {
  local name=$1 release=$2 meta=$3 folder=$cache/guests/$1 package file
  [[ -s $folder/vmlinuz ]] && return
  apt_lists "$release" arm64 || return
  package=$(kernel_package "$release" "$meta")
  [[ -n $package ]] || die "Debian $release has no kernel behind $meta"
  mkdir -p "$folder"
  file=$folder/package.deb
  apt_fetch "$release" arm64 "$package" "$file" || return
  dpkg-deb --field "$file" Package Version >"$folder/version"
  dpkg-deb --fsys-tarfile "$file" |
    tar -x --to-stdout --wildcards './boot/vmlinuz-*' >"$folder/vmlinuz.new" || return
  mv "$folder/vmlinuz.new" "$folder/vmlinuz"
  rm -f "$file"
}

# fetch_debian_guests [NAME...]: the named guests, or all of them.
fetch_debian_guests() {
  local row name release meta
  for row in "${debian_guests[@]}"; do
    read -r name release meta <<<"$row"
    (($# == 0)) || [[ " $* " == *" $name "* ]] || continue
    fetch_kernel "$name" "$release" "$meta" || return
  done
}
