#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# findings.sh SERAI: findings as JSON, in colour, about no file at all; a finding stops every
# command that needs the system, before it writes anything.
set -eu
serai=$1
fail() {
  echo "FAILED: $*"
  exit 1
}
tests=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$tests/reject/several"
status=0
"$serai" check --json system.toml >"$folder/json" 2>"$folder/err" || status=$?
[ "$status" -eq 2 ] || fail "check --json ends with $status"
[ ! -s "$folder/err" ] || fail "check --json writes on standard error"
diff -u "$tests/cli/several.json" "$folder/json" || fail "check --json"
"$serai" check --json ../../accept/smallest >"$folder/json"
printf '{\n  "ok": true,\n  "findings": []\n}\n' | diff -u - "$folder/json" || fail "nothing as JSON"
"$serai" --color always check system.toml 2>"$folder/err" && fail "status 0"
grep -q "$(printf '\033')" "$folder/err" || fail "no colour"
NO_COLOR=1 "$serai" check system.toml 2>"$folder/err" && fail "status 0"
grep -q "$(printf '\033')" "$folder/err" && fail "colour in a file"
for command in build run explain; do
  status=0
  "$serai" "$command" system.toml >"$folder/out" 2>"$folder/err" || status=$?
  [ "$status" -eq 2 ] || fail "$command ends with $status"
  cmp expected.txt "$folder/err" || fail "$command says something else than check"
  [ ! -s "$folder/out" ] || fail "$command wrote something"
done
status=0
"$serai" build -o "$folder/image" system.toml 2>/dev/null || status=$?
[ ! -e "$folder/image" ] || fail "build left something"
cd "$folder"
"$serai" check 2>"$folder/err" && fail "status 0 without a file"
grep -q '^system.toml: error\[E0003\]: there is no such file$' "$folder/err" || fail "no file"
"$serai" check --sdk x 2>/dev/null && fail "check takes --sdk"
status=0
MICROKIT_SDK='' "$serai" run --platform sel4 "$tests/accept/smallest" 2>"$folder/err" || status=$?
[ "$status" -eq 2 ] || fail "sel4 without an SDK ends with $status"
grep -q MICROKIT_SDK "$folder/err" || fail "sel4 without an SDK does not say how to name one"
status=0
SERAI_SHARE=/nowhere "$serai" check "$tests/accept/smallest" 2>"$folder/err" || status=$?
[ "$status" -ne 0 ] || fail "status 0 without boards"
grep -q SERAI_SHARE "$folder/err" || fail "does not say where the boards were sought"
