# SPDX-License-Identifier: BSD-2-Clause
# Disk images for guests: the Debian of debian.sh as an ext4 file system, by itself or in a partition.
# The same packages and tools give the same bytes. The images in the cache are for reading: whoever
# lets a guest write takes a copy.
# shellcheck shell=bash

# Sizes in MiB. The image is sparse: what the Debian does not fill takes no room on the host.
disk_root_size=512
disk_data_size=64

# Nothing in an image tells when it was made, or differs between two.
disk_time=1700000000
disk_root_uuid=5e7a1000-0000-4000-8000-000000000001
disk_data_uuid=5e7a1000-0000-4000-8000-000000000002
disk_table_uuid=5e7a1000-0000-4000-8000-000000000003

# as_owner_root COMMAND...: runs it so that the files it makes seem to be root's.
as_owner_root() {
  if ((EUID == 0)); then
    "$@"
  else
    fakeroot -- bash -c '
      set -euo pipefail
      root=$1
      shift
      source "$root/scripts/lib.sh"
      source "$root/scripts/guests.sh"
      "$@"' bash "$root" "$@"
  fi
}

# make_ext4 FILE MIB LABEL UUID [TREE]: an ext4 file system with the files of a folder.
make_ext4() {
  local file=$1 size=$2 label=$3 uuid=$4 tree=${5-}
  rm -f "$file"
  [[ -z $tree ]] || find "$tree" -exec touch -h -d "@$disk_time" {} +
  E2FSPROGS_FAKE_TIME=$disk_time mke2fs -q -F -t ext4 -L "$label" -U "$uuid" -m 1 -J size=16 \
    -E "hash_seed=$uuid,root_owner=0:0,lazy_itable_init=0,lazy_journal_init=0" ${tree:+-d "$tree"} \
    "$file" "${size}M" >/dev/null || return
  [[ -z $tree ]] || settle_times "$file" "$tree"
}

# settle_times FILE TREE: the times of change, which mke2fs takes from the host's files, where nobody
# can set them.
settle_times() {
  local work path field
  work=$(mktemp -d)
  find "$2" -mindepth 1 -printf '%P\n' | while IFS= read -r path; do
    for field in atime ctime crtime; do
      printf 'set_inode_field "/%s" %s @%s\n' "$path" "$field" "$disk_time"
    done
  done >"$work/commands"
  E2FSPROGS_FAKE_TIME=$disk_time quietly "$work/log" debugfs -w -f "$work/commands" "$1" || return
  rm -rf "$work"
}

# debian_disk NAME: guests/NAME/debian.img in the cache: the Debian with the modules of this guest's
# kernel, an ext4 file system without partitions.
debian_disk() { alone need_debian_disk "$1"; }

need_debian_disk() {
  local target=$cache/guests/$1/debian.img
  fetch_guest_modules "$1" || return
  fetch_debian_packages || return
  newer_than_all "$target" "$cache/guests/$1/modules.made-of" "$cache/guests/debian/made-of" \
    "$root/guests/linux/"{debian.sh,disk.sh,init-debian,shutdown,words.sh} \
    "$root"/guests/linux/{mark.S,tools/*} && return
  step "making a Debian disk for $1"
  as_owner_root put_debian "$1" "$target.new" || return
  mv "$target.new" "$target"
}

# put_debian NAME FILE
put_debian() {
  local work
  work=$(mktemp -d)
  debian_tree "$work/tree" && put_modules "$1" "$work/tree/usr/lib/modules" &&
    make_ext4 "$2" "$disk_root_size" root "$disk_root_uuid" "$work/tree" || {
    rm -rf "$work"
    return 1
  }
  rm -rf "$work"
}

# make_debian_disk NAME FILE [plain|gpt|mbr]: a disk for a guest to write to, outside the cache: that
# file system as it is, or as the first of two partitions, of which the second is an empty ext4.
make_debian_disk() {
  local image=$cache/guests/$1/debian.img
  debian_disk "$1" || return
  case ${3:-plain} in
    plain) copy_image "$image" "$2" ;;
    gpt) make_partitions "$2" gpt "$image" ;;
    mbr) make_partitions "$2" dos "$image" ;;
    *) die "unknown kind of disk: $3" "there are plain, gpt and mbr" ;;
  esac
}

# make_empty_disk FILE MIB [LABEL]: an ext4 file system with nothing in it.
make_empty_disk() { make_ext4 "$1" "$2" "${3:-data}" "$disk_data_uuid"; }

# copy_image FROM TO: holes stay holes.
copy_image() {
  rm -f "$2"
  cp --reflink=auto --sparse=always "$1" "$2"
}

# put_image FROM TO MIB: copies it to a place in a disk.
put_image() { dd if="$1" of="$2" bs=1M seek="$3" conv=notrunc,sparse status=none; }

# make_partitions FILE gpt|dos IMAGE: a MiB for the table, the image's partition, the data's, and a
# MiB for GPT's second table.
make_partitions() {
  local file=$1 kind=$2 image=$3 data id=0x5e7a1000
  [[ $kind == dos ]] || id=$disk_table_uuid
  rm -f "$file"
  truncate -s "$((1 + disk_root_size + disk_data_size + 1))M" "$file"
  {
    printf 'label: %s\nlabel-id: %s\n' "$kind" "$id"
    printf 'start=1MiB, size=%sMiB, type=linux' "$disk_root_size"
    [[ $kind == dos ]] || printf ', name=root, uuid=%s' "$disk_root_uuid"
    printf '\nsize=%sMiB, type=linux' "$disk_data_size"
    [[ $kind == dos ]] || printf ', name=data, uuid=%s' "$disk_data_uuid"
    printf '\n'
  } | sfdisk --quiet --no-tell-kernel "$file" || return
  data=$(mktemp)
  make_empty_disk "$data" "$disk_data_size" &&
    put_image "$image" "$file" 1 &&
    put_image "$data" "$file" "$((1 + disk_root_size))" || return
  rm -f "$data"
}
