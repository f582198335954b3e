# SPDX-License-Identifier: BSD-2-Clause
# What ./dev examples types and waits for.
# shellcheck shell=bash
prepare_images() { net_guest; }

steps() {
  see 'serai-guest: ready' 4 &&
    guest 1 && enter 'ping -c 2 10.0.0.2; echo red to red $?' && see 'red to red 0' &&
    enter 'ping -c 2 -W 2 10.0.0.3; echo red to blue $?' && see 'red to blue 1' &&
    guest 3 && enter 'ping -c 2 10.0.0.4; echo blue to blue $?' && see 'blue to blue 0' &&
    enter 'ping -c 2 -W 2 10.0.0.1; echo blue to red $?' && see 'blue to red 1' &&
    switch_all_off
}

switch_all_off() {
  local number
  for number in 1 2 3 4; do guest "$number" && enter 'poweroff -f' || return; done
}
