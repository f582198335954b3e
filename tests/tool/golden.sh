#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# golden.sh SERAI FILE: `explain` prints FILE, to the letter. FILE is SYSTEM.FORM: a folder of
# accept/ and txt, json or dot. With UPDATE=1 in the environment, FILE is written anew.
set -u
serai=$1
file=$2
name=$(basename "$file")
form=${name##*.}
cd "$(dirname "$file")/../accept/${name%.*}" || exit 1
case $form in
  txt) set -- ;;
  *) set -- "--$form" ;;
esac
actual=$(mktemp) || exit 1
trap 'rm -f "$actual"' EXIT
"$serai" explain "$@" system.toml >"$actual" 2>/dev/null || exit 1
[ -z "${UPDATE-}" ] || cp "$actual" "$file"
diff -u "$file" "$actual"
