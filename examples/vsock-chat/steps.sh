# SPDX-License-Identifier: BSD-2-Clause
# What ./dev examples types and waits for.
# shellcheck shell=bash
prepare_images() { net_guest; }

steps() {
  see 'serai-guest: ready' 2 &&
    guest 2 && enter 'socat VSOCK-LISTEN:5000 - ' && sleep 2 &&
    guest 1 && enter 'socat - VSOCK-CONNECT:4:5000' && sleep 2 &&
    enter 'hello bob, are you there?' && see 'bob| hello bob, are you there?' &&
    guest 2 && enter 'yes alice, I hear you' && see 'alice| yes alice, I hear you' &&
    guest 1 && enter $'\004' && sleep 3 &&
    enter 'echo to myself | socat -t 5 - VSOCK-CONNECT:2:7' && see 'alice| to myself' &&
    enter 'poweroff -f' && guest 2 && enter 'poweroff -f'
}
