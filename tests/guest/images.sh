# SPDX-License-Identifier: BSD-2-Clause
# What the guests of a test are made of beside what lies in the cache: checks to run inside.
# shellcheck shell=bash
source "$root/scripts/guests.sh"

# initramfs_with KIND CHECK...: the initramfs of that kind (virtio or net) as initramfs-KIND.cpio in
# the case's folder, with checks/CHECK.sh and what they share in its folder /checks.
initramfs_with() {
  local kind=$1 target=$folder/initramfs-$1.cpio tree name
  shift
  tree=$(mktemp -d)
  mkdir "$tree/checks"
  for name in lib "$@"; do cp "$root/tests/guest/checks/$name.sh" "$tree/checks/"; done
  pack_initramfs "$tree" "$target.checks"
  # The kernel reads one archive behind the other.
  cat "$cache/guests/$guest/initramfs-$kind.cpio" "$target.checks" >"$target"
  rm "$target.checks"
}

# guest NUMBER: what is typed from now on goes to this guest.
guest() { printf '\035%s' "$1" >&"$console_input"; }

# checked NAME: waits for the last line of a guest's checks, all of which must hold.
checked() {
  expect "checks of $1: "
  grep -a -F "checks of $1: " "$log" | grep -a -q ' hold, 0 fail' || fail 'a check in the guest failed'
}
