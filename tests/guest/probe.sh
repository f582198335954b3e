#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# probe.sh PLATFORM PROBE: one bare-metal probe of guests/probes. Status 77 means that this machine
# cannot run it.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export LC_ALL=C.UTF-8
source "$root/scripts/lib.sh"
platform=$1 probe=$2

# How long a probe may take on a slow machine.
limit=120

if [[ $platform == sel4 ]] && ! have_sdk; then
  echo "skipped: MICROKIT_SDK names no SDK"
  exit 77
fi
image=$build/testbed-aarch64/programs/probes/probe-$probe.elf
[[ -x $serai && -s $image ]] || {
  echo "not prepared: ./dev build makes the tool and the probes"
  exit 1
}

folder=$build/guest-tests/$platform.probe.$probe
rm -rf "$folder"
mkdir -p "$folder"
ln -s "$image" "$folder/probe.elf"
cat >"$folder/system.toml" <<'TOML'
[vm.probe]
kernel = "probe.elf"
memory = "128M"
TOML

status=0
"$serai" run "$folder/system.toml" --platform "$platform" --timeout "$limit" \
  </dev/null >"$folder/console.log" 2>&1 || status=$?

# fail WHY: ends the test with what the console showed.
fail() {
  printf 'FAILED: %s\n--- console:\n' "$1"
  tail -n 80 "$folder/console.log"
  exit 1
}

# seen TEXT: whether the console showed it.
seen() { grep -a -q -F -e "$1" "$folder/console.log"; }

! seen 'FAIL ' || fail "a check of the probe failed"
if [[ $probe == crash ]]; then
  # It ends in a place where only the VMM can stop it, which the run's status tells.
  seen 'PASS crash.abort' || fail "the guest did not hear of its first mistake"
  seen "VM 'probe' was stopped" || fail "nobody stopped the guest"
  ((status != 0)) || fail "the run does not tell that the guest was stopped"
else
  seen ' passed, 0 failed' || fail "the probe did not come to its end"
  ((status == 0)) || fail "the run ended with status $status"
fi
