#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# picture.sh SERAI: `explain --svg` draws with graphviz, or says which package is missing.
set -eu
serai=$1
fail() {
  echo "FAILED: $*"
  exit 1
}
cd "$(dirname "$0")/../accept/two-vms"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
status=0
PATH=$folder "$serai" explain --svg >"$folder/svg" 2>"$folder/err" || status=$?
[ "$status" -eq 1 ] || fail "without graphviz the status is $status"
grep -q "apt install graphviz" "$folder/err" || fail "the package is not named"
[ ! -s "$folder/svg" ] || fail "half a picture"
command -v dot >/dev/null || exit 0
"$serai" explain --svg >"$folder/svg"
grep -q "</svg>" "$folder/svg" || fail "no picture"
grep -q "zebra_vmm" "$folder/svg" || fail "not the picture of this system"
"$serai" explain --dot >"$folder/dot"
dot -Tsvg "$folder/dot" -o "$folder/again"
grep -q "</svg>" "$folder/again" || fail "--dot is not graphviz's language"
