#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# power_cut.sh PLATFORM: one cut of ./dev powercut as a test, with what ./dev build has laid out.
# Status 77 means that this machine cannot run it.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export LC_ALL=C.UTF-8
source "$root/scripts/lib.sh"
source "$root/scripts/powercut.sh"

if [[ $1 == sel4 ]] && ! have_sdk; then
  echo "skipped: MICROKIT_SDK names no SDK"
  exit 77
fi
powercut=$build/guest-tests/$1.power-cut
prepare_powercut
cut_once "$1" 1
