#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# run.sh PLATFORM CASE GUEST: one guest test. GUEST is a Debian guest of the cache, or for the cases
# probe* a program of guests/probes. Status 77 means that this machine cannot run it.
source "$(dirname "${BASH_SOURCE[0]}")/begin.sh" "$1"
source "$root/scripts/console.sh"
platform=$1 name=$2 guest=$3

# How long a case may take on a slow machine; nothing else is ever said about time.
limit=300

if [[ $name == probe* ]]; then
  kernel=$build/testbed-aarch64/programs/probes/probe-$guest.elf link=probe.elf
else
  kernel=$cache/guests/$guest/vmlinuz link=vmlinuz
fi
[[ -x $serai && -s $kernel ]] || {
  echo "not prepared: ./dev test guest builds the tool and fetches the guests"
  exit 1
}

# Every case has a folder of its own, with its system file and the images beside it.
folder=$build/guest-tests/$platform.$name.$guest
rm -rf "$folder"
mkdir -p "$folder"
cp "$root/tests/guest/systems/$name.toml" "$folder/system.toml"
ln -s "$kernel" "$folder/$link"
ln -s "$cache/guests/initramfs.cpio" "$folder/initramfs.cpio"
source "$root/tests/guest/images.sh"
log=$folder/console.log

# start [ARGUMENT...]: runs the case's system.
start() {
  console_start "$log" "$limit" "$serai" run "$folder/system.toml" --platform "$platform" "$@"
}

# expect TEXT [TIMES]: waits until the console shows it.
expect() { console_wait "$@" || fail "\"$1\" was not seen"; }

# fail TEXT...: ends the case with what the console showed.
fail() {
  printf 'FAILED: %s\n--- console:\n' "$*"
  tail -n 60 "$log"
  console_stop
  exit 1
}

# finish: waits for the end of the run, which must be a success.
finish() {
  local status=0
  console_end || status=$?
  ((status == 0)) || fail "the run ended with status $status"
}

trap console_stop EXIT
source "$root/tests/guest/cases/$name.sh"
