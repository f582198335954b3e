# SPDX-License-Identifier: BSD-2-Clause
# Debian's arm64 kernels as guests, unmodified: fetched once, then kept in the cache folder.
# shellcheck shell=bash
source "$root/guests/linux/modules.sh"

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

# fetch_kernel NAME RELEASE META: leaves guests/NAME/{vmlinuz,version,modules} in the cache.
fetch_kernel() {
  try_kernel "$@" && return
  note "once more, with fresh package lists"
  apt_renew_lists "$2" arm64 && try_kernel "$@"
}

try_kernel() {
  local name=$1 release=$2 meta=$3 folder=$cache/guests/$1 package file
  apt_lists "$release" arm64 || return
  package=$(kernel_package "$release" "$meta")
  [[ -n $package ]] || die "Debian $release has no kernel behind $meta"
  mkdir -p "$folder"
  file=$folder/package.deb
  apt_fetch "$release" arm64 "$package" "$file" || return
  dpkg-deb --field "$file" Package Version >"$folder/version"
  dpkg-deb --fsys-tarfile "$file" |
    tar -x --to-stdout --wildcards './boot/vmlinuz-*' >"$folder/vmlinuz.new" || return
  keep_modules "$file" "$name" || return
  mv "$folder/vmlinuz.new" "$folder/vmlinuz"
  rm -f "$file"
}

# each_debian_guest HAVE [NAME...]: fetches those of the named guests, or of all, that `HAVE NAME`
# does not find.
each_debian_guest() {
  local have=$1 row name release meta
  shift
  for row in "${debian_guests[@]}"; do
    read -r name release meta <<<"$row"
    (($# == 0)) || [[ " $* " == *" $name "* ]] || continue
    "$have" "$name" || fetch_kernel "$name" "$release" "$meta" || return
  done
}

have_kernel() { [[ -s $cache/guests/$1/vmlinuz ]]; }
have_kernel_and_modules() { have_kernel "$1" && have_modules "$1"; }

# fetch_debian_guests [NAME...]: the kernels of the named guests, or of all of them.
fetch_debian_guests() { alone each_debian_guest have_kernel "$@"; }

# fetch_guest_modules [NAME...]: their modules as well. A cache that has only kernels, or other
# modules than those of today's list, gets both again: they must fit each other.
fetch_guest_modules() { alone each_debian_guest have_kernel_and_modules "$@"; }
