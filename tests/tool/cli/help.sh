#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# help.sh SERAI: version, help with examples for every command, and what is no command.
set -eu
serai=$1
fail() {
  echo "FAILED: $*"
  exit 1
}
root=$(cd "$(dirname "$0")/../../.." && pwd)
[ "$("$serai" --version)" = "serai $(cat "$root/VERSION")" ] || fail "--version"
"$serai" --help | grep -q '^Examples:' || fail "--help has no examples"
for command in check build run explain init completion; do
  "$serai" --help | grep -q "^  $command " || fail "--help does not name $command"
  "$serai" "$command" --help | grep -q '^Examples:' || fail "$command --help has no examples"
done
for words in "" "chekc" "check --no-such-option" "run --platform vax" "explain --json --dot" \
  "run --timeout 0" "completion csh" "check a b"; do
  status=0
  # shellcheck disable=SC2086
  "$serai" $words >/dev/null 2>&1 || status=$?
  [ "$status" -eq 2 ] || fail "'serai $words' ends with $status, not 2"
done
