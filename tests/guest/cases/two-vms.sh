# SPDX-License-Identifier: BSD-2-Clause
# Two guests at once: both come up, one goes, the other still answers.
start
expect 'serai-guest: ready' 2
console_type 'echo still $((40 + 2)) here'
expect 'still 42 here'
console_type 'poweroff -f'
finish
