# SPDX-License-Identifier: BSD-2-Clause
# The initramfs for tests of networks: that of the virtual devices, and beside BusyBox some programs
# of the Debian of debian.sh with the libraries they need. No disk, so it boots quickly.
# shellcheck shell=bash

# fio is not among them: its libraries are five times as large as all of these.
net_programs=(usr/bin/iperf3 usr/bin/socat usr/bin/tcpdump usr/bin/ip usr/sbin/ethtool)

# net_initramfs NAME: guests/NAME/initramfs-net.cpio in the cache.
net_initramfs() { alone make_net_initramfs "$1"; }

make_net_initramfs() {
  local target=$cache/guests/$1/initramfs-net.cpio tree
  make_virtio_initramfs "$1" || return
  fetch_debian_packages || return
  newer_than_all "$target" "$cache/guests/$1/initramfs-virtio.cpio" "$cache/guests/debian/made-of" \
    "$root/guests/linux/"{net.sh,debian.sh} && return
  step "making the initramfs with the network programs for $1"
  tree=$(mktemp -d)
  virtio_tree "$1" "$tree" && add_net_programs "$tree" && pack_initramfs "$tree" "$target"
}

# add_net_programs TREE
add_net_programs() {
  local tree=$1 libraries=$1/lib/aarch64-linux-gnu userland
  local -a names
  userland=$(mktemp -d)
  debian_tree "$userland" || return
  # A link to somewhere else would lead to this machine's own programs.
  find "$userland" -lname '/*' -delete
  mkdir -p "$tree"/{etc,usr/bin} "$libraries"
  mapfile -t names < <(with_libraries "$userland" "${net_programs[@]}")
  # A loader of that name is what every program asks for.
  cp -L "${net_programs[@]/#/"$userland/"}" "$tree/usr/bin/" &&
    cp -L "${names[@]/#/"$userland/usr/lib/aarch64-linux-gnu/"}" "$libraries/" &&
    ln -s aarch64-linux-gnu/ld-linux-aarch64.so.1 "$tree/lib/" &&
    cp "$userland"/etc/{group,hosts,passwd} "$tree/etc/" || return
  # BusyBox's shell takes its own commands first.
  echo 'alias ip=/usr/bin/ip' >"$tree/etc/shell"
  rm -rf "$userland"
}

# with_libraries TREE FILE...: the names of all libraries that these files need, and theirs.
with_libraries() {
  local tree=$1 name
  local -a next=("${@:2}")
  local -A known=()
  while ((${#next[@]} > 0)); do
    mapfile -t next < <(cd "$tree" && readelf --dynamic --wide "${next[@]}" |
      sed -nE 's/.*\(NEEDED\).*\[(.*)\]$/\1/p' | LC_ALL=C sort -u)
    for name in "${!next[@]}"; do
      if [[ -n ${known[${next[name]}]-} ]]; then
        unset "next[name]"
      else
        known[${next[name]}]=yes
        next[name]=usr/lib/aarch64-linux-gnu/${next[name]}
      fi
    done
  done
  printf '%s\n' "${!known[@]}" | LC_ALL=C sort
}
