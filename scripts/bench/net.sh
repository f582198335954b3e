# SPDX-License-Identifier: BSD-2-Clause
# Row P9: a frame of a ping's size from one guest to another and back (guests/bench/frames.cpp). Added
# is all that is executed outside the guests.
# shellcheck shell=bash

systems_P9=frames

rows_P9() {
  row P9 'round trip of a frame, added' "$platform" "$(per "$rounds" frames 1 added)" instructions 25000
  row P9 'round trip of a frame, VMMs' "$platform" "$(per "$rounds" frames 1 vmm)" instructions -
  row P9 'round trip of a frame, switch' "$platform" \
    "$(per "$rounds" frames 1 network_switch)" instructions -
  row P9 'round trip of a frame, exits' "$platform" "$(per "$rounds" frames 1 "$(exits_there)")" exits -
}
