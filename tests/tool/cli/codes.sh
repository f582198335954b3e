#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# codes.sh SERAI: every code in the tool's source is described in docs/reference/messages.md and has
# an example among the systems beside this folder; nothing else is described; every key is in the reference.
set -eu
root=$(cd "$(dirname "$0")/../../.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
grep -rhoE '(error|warning)\("[EW][0-9]{4}"' "$root/src/tool" --include='*.cpp' >"$folder/calls"
grep -rhozE '(error|warning)\(\s*"[EW][0-9]{4}"' "$root/src/tool" --include='*.cpp' |
  tr '\0' '\n' >>"$folder/calls"
grep -oE '[EW][0-9]{4}' "$folder/calls" | sort -u >"$folder/used"
[ "$(wc -l <"$folder/used")" -gt 40 ] || { echo "FAILED: found too few codes"; exit 1; }
grep -oE '^\| [EW][0-9]{4} \|' "$root/docs/reference/messages.md" | grep -oE '[EW][0-9]{4}' |
  sort >"$folder/described"
diff "$folder/used" "$folder/described" || { echo "FAILED: codes and descriptions differ"; exit 1; }
# Some need something that a folder of files cannot bring about.
grep -vE 'E0003|E0403|E0405|E0606|W0608' "$folder/used" >"$folder/wanted"
cat "$root"/tests/tool/*/*/expected.txt | grep -oE '\[[EW][0-9]{4}\]' | grep -oE '[EW][0-9]{4}' |
  sort -u >"$folder/shown"
diff "$folder/wanted" "$folder/shown" || { echo "FAILED: codes and examples differ"; exit 1; }
"$1" init "$folder/init" >/dev/null
sed -nE 's/.*reader\.[a-z_]+\("([a-z_]+)".*/\1/p' "$root/src/tool/model/system.cpp" \
  "$root/src/tool/model/devices.cpp" | sort -u | grep -vE '^(passthrough|device)$' >"$folder/keys"
[ "$(wc -l <"$folder/keys")" -ge 15 ] || { echo "FAILED: found too few keys"; exit 1; }
while read -r key; do
  grep -q "\`$key\`" "$root/docs/reference/system.md" ||
    { echo "FAILED: docs/reference/system.md does not describe $key"; exit 1; }
  grep -qE "^(# )?$key = |, or .*$key" "$folder/init/system.toml" ||
    { echo "FAILED: serai init does not show $key"; exit 1; }
done <"$folder/keys"
