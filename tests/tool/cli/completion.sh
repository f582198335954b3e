#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# completion.sh SERAI: bash completes commands, options, values and files; the other shells take
# their scripts where they are installed.
set -eu
serai=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for shell in bash zsh fish; do
  "$serai" completion "$shell" >"$folder/$shell"
  for word in check build run explain init completion platform until timeout icount qemu-arg; do
    grep -q -e "$word" "$folder/$shell" || { echo "FAILED: $shell does not know $word"; exit 1; }
  done
done
if command -v zsh >/dev/null; then zsh -n "$folder/zsh"; fi
if command -v fish >/dev/null; then fish --no-execute "$folder/fish"; fi
command -v bash >/dev/null || exit 0
mkdir "$folder/dir"
: >"$folder/my.toml"
: >"$folder/other.txt"
cat >"$folder/try" <<'EOF'
source "$1/bash"
cd "$1"
# complete WANTED WORD...: the last word, as it is so far, becomes one of WANTED.
try() {
  local wanted=$1
  shift
  COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
  _serai
  local got="${COMPREPLY[*]}"
  [[ $got == "$wanted" ]] || { echo "FAILED: $*: '$got', not '$wanted'"; exit 1; }
}
try check serai ch
try "check completion" serai c
try --platform serai run --pl
try testbed serai run --platform t
try "debug release" serai build --config ""
try "auto always" serai --color a
try my.toml serai check m
try dir serai check d
try dir serai init d
try "bash" serai completion b
try "" serai check o
try dir serai build -o d
EOF
bash "$folder/try" "$folder"
