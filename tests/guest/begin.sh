# SPDX-License-Identifier: BSD-2-Clause
# What every guest test begins with: sourced with the platform as its argument, it ends the test with
# status 77 where this machine cannot run it.
# shellcheck shell=bash
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export LC_ALL=C.UTF-8
source "$root/scripts/lib.sh"

if [[ $1 == sel4 ]] && ! have_sdk; then
  echo "skipped: MICROKIT_SDK names no SDK"
  exit 77
fi
