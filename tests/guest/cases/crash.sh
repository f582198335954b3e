# SPDX-License-Identifier: BSD-2-Clause
# A guest that does something fatal is stopped with a report; its neighbour does not notice.
start
expect 'serai-guest: ready' 2
expect 'stopped: '
expect 'last exits'
console_type 'echo still $((40 + 2)) here'
expect 'still 42 here'
console_type 'poweroff -f'
! console_end || fail "the run does not tell that a guest was stopped"
expect "VM 'doomed' was stopped"
