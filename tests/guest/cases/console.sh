# SPDX-License-Identifier: BSD-2-Clause
# What is typed arrives, what the guest answers comes back, also more than any FIFO holds.
start
expect 'serai-guest: ready'
expect 'guest# '
console_type 'echo sum $((20 + 22)) done'
expect 'sum 42 done'
console_type 'i=0; while [ $i -lt 400 ]; do echo "line $i of the flood: 0123456789abcdef"; i=$((i+1)); done; echo flood $((6*7)) over'
expect 'flood 42 over'
for i in 0 1 199 200 398 399; do
  (($(console_seen "line $i of the flood: 0123456789abcdef") == 1)) || fail "line $i was lost"
done
console_type 'poweroff -f'
finish
