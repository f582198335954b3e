# SPDX-License-Identifier: BSD-2-Clause
# A small Debian 12 for arm64, from its packages alone: apt says what is needed and fetches it,
# dpkg-deb unpacks it. Nothing of it is executed here, so what its maintainer scripts would do, and
# what a guest needs of that, is done by hand.
# shellcheck shell=bash

debian_packages=(
  base-files base-passwd bash busybox-static coreutils dash diffutils e2fsprogs ethtool fdisk findutils fio
  grep hostname iperf3 iproute2 iputils-arping iputils-ping kmod libc-bin mawk mount ncurses-base procps
  sed socat
  tcpdump util-linux
)

# What no guest reads.
debian_without=(
  './usr/share/doc/*' './usr/share/man/*' './usr/share/info/*' './usr/share/locale/*'
  './usr/share/lintian/*' './usr/share/bug/*' './usr/share/zoneinfo/*' './usr/share/bash-completion/*'
  './usr/lib/aarch64-linux-gnu/gconv/*' './usr/lib/aarch64-linux-gnu/perl/*' './usr/share/perl/*'
)

debian_made_of() { printf '%s\n' "1 ${debian_packages[*]} ${debian_without[*]}"; }

# fetch_debian_packages: leaves them, verified by apt, as guests/debian/packages/*.deb in the cache.
fetch_debian_packages() {
  local folder=$cache/guests/debian
  [[ $(cat "$folder/made-of" 2>/dev/null) == "$(debian_made_of)" ]] && return
  try_debian_packages || {
    note "once more, with fresh package lists"
    apt_renew_lists bookworm arm64 && try_debian_packages
  } || return
  debian_made_of >"$folder/made-of"
}

try_debian_packages() {
  local folder=$cache/guests/debian apt
  apt_lists bookworm arm64 || return
  apt=$(apt_folder bookworm arm64) || return
  step "fetching the packages of a small Debian 12 (arm64, 75 MB)"
  rm -rf "$folder/packages.new"
  mkdir -p "$folder/packages.new/partial"
  quietly "$apt/download.log" apt-get -c "$apt/apt.conf" -o Dir::Cache::archives="$folder/packages.new" \
    install --download-only --yes "${debian_packages[@]}" || return
  rm -rf "$folder/packages"
  mv "$folder/packages.new" "$folder/packages"
}

# debian_tree TREE: unpacks all packages and finishes what they leave open. The owners are right only
# for root or under fakeroot.
debian_tree() {
  local tree=$1 folder package
  local -a without=("${debian_without[@]/#/--exclude=}")
  mkdir -p "$tree"
  # Debian 12 has its programs below /usr only, with links to them; its packages do not know it. tar
  # itself never follows a link that one package left, which could lead out of the tree.
  for package in "$cache"/guests/debian/packages/*.deb; do
    dpkg-deb --fsys-tarfile "$package" |
      tar -x -p -C "$tree" --wildcards "${without[@]}" \
        --transform='s,^\./\(bin\|sbin\|lib\)\(/\|$\),./usr/\1\2,S' || return
  done
  for folder in bin sbin lib; do ln -s "usr/$folder" "$tree/$folder" || return; done
  debian_accounts "$tree"
  debian_files "$tree" || return
  debian_status "$tree"
}

# debian_accounts TREE: what base-passwd sets up, and the user that tcpdump becomes.
debian_accounts() {
  local name
  for name in passwd group; do cp "$1/usr/share/base-passwd/$name.master" "$1/etc/$name"; done
  echo 'tcpdump:x:100:65534::/nonexistent:/usr/sbin/nologin' >>"$1/etc/passwd"
  cp "$1/usr/share/libc-bin/nsswitch.conf" "$1/etc/nsswitch.conf"
}

# debian_files TREE: links that alternatives would be, and files of the guest's own.
debian_files() {
  local tree=$1 name
  ln -sfn mawk "$tree/usr/bin/awk"
  ln -sfn which.debianutils "$tree/usr/bin/which"
  [[ -e $tree/usr/bin/sh ]] || ln -s dash "$tree/usr/bin/sh"
  install -D -m 644 "$root/guests/linux/words.sh" "$tree/usr/local/lib/serai/words.sh"
  install -m 755 "$root/guests/linux/init-debian" "$tree/usr/sbin/init"
  for name in poweroff reboot halt; do
    install -D -m 755 "$root/guests/linux/shutdown" "$tree/usr/local/sbin/$name"
  done
  make_tools "$tree/usr/local/bin" || return
  echo guest >"$tree/etc/hostname"
  printf '127.0.0.1\tlocalhost\n' >"$tree/etc/hosts"
  echo 'set enable-bracketed-paste off' >>"$tree/etc/inputrc"
}

# debian_status TREE: what `dpkg --list` shows. No maintainer script ran, so all is only unpacked.
debian_status() {
  local package folder=$1/var/lib/dpkg
  mkdir -p "$folder/info" "$folder/updates"
  for package in "$cache"/guests/debian/packages/*.deb; do
    dpkg-deb --field "$package" | sed '1a Status: install ok unpacked'
    echo
  done >"$folder/status"
  : >"$folder/available"
}
