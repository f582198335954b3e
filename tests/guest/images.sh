# SPDX-License-Identifier: BSD-2-Clause
# What the guests of a test are made of beside what lies in the cache: checks to run inside, disks.
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

# debian_with FILE CHECK...: Debian's file system with these checks in its folder /checks.
debian_with() {
  local file=$1 name
  shift
  copy_image "$cache/guests/$guest/debian.img" "$file"
  {
    echo 'mkdir /checks'
    for name in lib.sh iperf.py "${@/%/.sh}"; do
      echo "write $root/tests/guest/checks/$name /checks/$name"
    done
  } >"$folder/debugfs.commands"
  quietly "$folder/debugfs.log" debugfs -w -f "$folder/debugfs.commands" "$file"
}

# cut_partition FILE START_MIB MIB TO: a copy of a part of a disk.
cut_partition() { dd if="$1" of="$4" bs=1M skip="$2" count="$3" conv=sparse status=none; }

# clean_ext4 FILE: whether the file system is clean, its journal aside.
clean_ext4() {
  local status=0
  e2fsck -f -p "$1" >"$folder/fsck.log" 2>&1 || status=$?
  ((status <= 1)) && e2fsck -f -n "$1" >>"$folder/fsck.log" 2>&1 && return
  cat "$folder/fsck.log"
  return 1
}

# guest NUMBER: what is typed from now on goes to this guest.
guest() { printf '\035%s' "$1" >&"$console_input"; }

# checked NAME: waits for the last line of a guest's checks, all of which must hold.
checked() {
  expect " in the checks of $1."
  grep -a -q " hold, 0 fail in the checks of $1\." "$log" || fail 'a check in the guest failed'
}

# make_mbr_disk FILE EXT4: a disk with two partitions by MBR: 8 MiB of nothing, and that file system.
make_mbr_disk() {
  local mib=$(($(stat -c %s "$2") >> 20))
  rm -f "$1"
  truncate -s $((9 + mib))M "$1"
  printf 'label: dos\nstart=1MiB, size=8MiB, type=83\nstart=9MiB, size=%dMiB, type=83\n' "$mib" |
    sfdisk --quiet --no-tell-kernel "$1" && put_image "$2" "$1" 9
}
