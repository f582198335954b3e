#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# options.sh SERAI: mistakes on the command line are told as such, and what belongs to an option is
# not taken for a file, or the other way round.
set -u
serai=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit
failures=0

# expect TEXT ARGUMENT...: status 2, and a line of standard error that holds the text.
expect() {
  text=$1
  shift
  status=0
  "$serai" "$@" >/dev/null 2>messages || status=$?
  if [ "$status" -ne 2 ] || ! grep -qF -e "$text" messages; then
    echo "FAILED: serai $*: status $status, and not \"$text\" but:"
    cat messages
    failures=$((failures + 1))
  fi
}

expect 'nothere.toml' run --qemu-arg=-d --qemu-arg=int nothere.toml
expect 'nothere.toml' run --qemu-arg -d nothere.toml
expect 'there is no command chek: did you mean "check"?' chek my.toml
expect 'write whole seconds' run --timeout abc
expect 'write whole seconds' run --timeout 0.5
expect 'write whole seconds' run --timeout 0
expect 'write whole seconds' run --timeout 99999999999999999999
[ "$failures" -eq 0 ]
