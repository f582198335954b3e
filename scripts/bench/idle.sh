# SPDX-License-Identifier: BSD-2-Clause
# Row P14: a guest that sleeps.
# shellcheck shell=bash

systems_P14=idle

rows_P14() {
  row P14 'sleep 1 in the guest' "$platform" "$(counted "$platform" idle 2 all)" instructions 2500000
}
