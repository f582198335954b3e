#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# init.sh SERAI: the file that init writes is right as soon as there is a kernel, and so it is with
# every comment of a value taken away; init writes over nothing.
set -eu
serai=$1
fail() {
  echo "FAILED: $*"
  exit 1
}
files=$(cd "$(dirname "$0")/../files" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$serai" init "$folder/a/b" >"$folder/out"
[ -s "$folder/a/b/system.toml" ] || fail "no file"
cp "$files/Image" "$folder/a/b/vmlinuz"
cp "$files/initrd" "$folder/a/b/initrd.img"
cp "$files/overlay.dtso" "$folder/a/b/"
"$serai" check "$folder/a/b" >/dev/null || fail "what init writes is not right"
status=0
echo changed >"$folder/a/b/system.toml"
"$serai" init "$folder/a/b" >/dev/null 2>"$folder/err" || status=$?
[ "$status" -eq 2 ] || fail "init over a file ends with $status"
[ "$(cat "$folder/a/b/system.toml")" = changed ] || fail "init wrote over a file"
grep -q "does not write over it" "$folder/err" || fail "init does not say why"
cd "$folder" && mkdir all && cd all
"$serai" init >/dev/null
cp "$folder"/a/b/vmlinuz "$folder"/a/b/initrd.img "$folder"/a/b/overlay.dtso .
truncate -s 4096 disk.img
# `load` is for raw kernels, the clock cannot be emulated and passed through, and a disk is kept in
# its file or in memory; an external system would need a file.
sed -e 's/^# \([a-z_]* = \)/\1/' -e '/^load/d' -e '/^rtc/d' -e '/^size/d' -e '/^memory = "64M"/d' -e '/^external/d' \
  -e 's/^# \[/[/' system.toml >t
mv t system.toml
[ "$(grep -c '^[a-z_]* = ' system.toml)" -eq 43 ] || fail "init does not show every key"
"$serai" check >/dev/null || fail "the values in init's comments are not right"
