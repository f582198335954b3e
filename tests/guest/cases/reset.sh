# SPDX-License-Identifier: BSD-2-Clause
# A reset starts the guest afresh from its pristine images, as often as it likes.
start
for boot in 1 2; do
  expect 'serai-guest: ready' "$boot"
  expect 'guest# ' "$boot"
  console_type "echo changed >/tmp/left; reboot -f"
done
expect 'serai-guest: ready' 3
console_type 'test -e /tmp/left && echo state was kept || echo state is $((40 + 2)) fresh'
expect 'state is 42 fresh'
console_type 'poweroff -f'
finish
