# SPDX-License-Identifier: BSD-2-Clause
# Row P11: 4 KiB of text from a guest (guests/bench/console.cpp), by a VirtIO console and by a PL011,
# whose figures have no goal.
# shellcheck shell=bash

systems_P11=console
console_rounds=16

rows_P11() {
  row P11 '4 KiB to a VirtIO console, exits' "$platform" \
    "$(per "$console_rounds" console 1 exits)" exits 1
  row P11 '4 KiB to a VirtIO console, VMM' "$platform" "$(per "$console_rounds" console 1 vmm)" instructions -
  row P11 '4 KiB to a PL011, exits' "$platform" "$(per "$console_rounds" console 2 exits)" exits -
  row P11 '4 KiB to a PL011, VMM' "$platform" "$(per "$console_rounds" console 2 vmm)" instructions -
}
