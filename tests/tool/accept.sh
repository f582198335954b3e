#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# accept.sh SERAI FOLDER: nothing is wrong with the system, and every way of explaining it works,
# the same each time.
set -u
serai=$1
cd "$2" || exit 1
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
"$serai" check system.toml >"$folder/out" || exit 1
grep -q '^system.toml: nothing is wrong; ' "$folder/out" || exit 1
for form in "" --json --dot; do
  for run in 1 2; do
    # shellcheck disable=SC2086
    "$serai" explain $form system.toml >"$folder/$run" || exit 1
    [ -s "$folder/$run" ] || { echo "explain $form prints nothing"; exit 1; }
  done
  cmp "$folder/1" "$folder/2" || exit 1
done
