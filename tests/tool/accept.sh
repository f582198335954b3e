#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# accept.sh SERAI FOLDER: nothing is wrong with the system, though there may be warnings: those of
# expected.txt if there is one, else none. Every way of explaining it works, the same each time.
# With UPDATE=1 in the environment, an expected.txt is written anew.
set -u
serai=$1
cd "$2" || exit 1
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
"$serai" check system.toml >"$folder/out" 2>"$folder/warnings" || exit 1
if [ -e expected.txt ]; then
  [ -z "${UPDATE-}" ] || cp "$folder/warnings" expected.txt
  diff -u expected.txt "$folder/warnings" || exit 1
elif [ -s "$folder/warnings" ]; then
  echo "there are warnings:"
  cat "$folder/warnings"
  exit 1
fi
grep -q '^system.toml: nothing is wrong; ' "$folder/out" || exit 1
for form in "" --json --dot; do
  for run in 1 2; do
    # shellcheck disable=SC2086
    "$serai" explain $form system.toml >"$folder/$run" 2>/dev/null || exit 1
    [ -s "$folder/$run" ] || { echo "explain $form prints nothing"; exit 1; }
  done
  cmp "$folder/1" "$folder/2" || exit 1
done
