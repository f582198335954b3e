# SPDX-License-Identifier: BSD-2-Clause
# What ./dev examples types and waits for.
# shellcheck shell=bash
prepare_images() { demo_guest; }

steps() {
  see 'serai-guest: ready' && see 'guest# ' &&
    enter 'poweroff -f'
}
