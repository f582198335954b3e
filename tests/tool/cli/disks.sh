#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# disks.sh SERAI: what depends on the file system that a disk lies in: a file that may not be
# written, and a sparse file that is larger than what there is room for.
set -eu
serai=$1
files=$(cd "$(dirname "$0")/../files" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cp "$files/Image" Image
cat >system.toml <<'TOML'
[disk.root]
file = "disk.raw"

[vm.linux]
kernel = "Image"

[[vm.linux.device]]
disk = "root"
TOML
truncate -s 4096 disk.raw
"$serai" check >/dev/null
chmod 444 disk.raw
# Whoever is root may write all the same.
if [ ! -w disk.raw ]; then
  status=0
  "$serai" check 2>messages >/dev/null || status=$?
  [ "$status" -eq 2 ] || { echo "FAILED: a file that cannot be written ends with $status"; exit 1; }
  grep -q 'error\[E0606\]' messages || { echo "FAILED: no E0606"; exit 1; }
  echo 'disk.root.read_only = true' | cat - system.toml | sed '/^\[disk.root\]/,/^file/d' >t
  printf 'disk.root.file = "disk.raw"\n' | cat - t >system.toml
  "$serai" check >/dev/null
fi
# Not every file system has files so large.
if truncate -s 15T large.raw 2>/dev/null; then
  sed 's/disk\.raw/large.raw/; s/^disk.root.read_only.*//' system.toml >t
  mv t system.toml
  "$serai" check 2>messages >/dev/null
  grep -q 'warning\[W0608\]' messages || { echo "FAILED: no W0608"; exit 1; }
fi
