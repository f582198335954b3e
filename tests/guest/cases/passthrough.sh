# SPDX-License-Identifier: BSD-2-Clause
# The board's own UART and clock, given to one guest: console both ways by the UART's interrupt, and
# an alarm of the clock. Nothing of Serai's is left on the console that could say that the guest is
# off, so the guest's own words end the run.
start --until 'reboot: Power down'
expect 'serai-guest: ready'
expect 'guest# '
console_type 'echo sum $((20 + 22)) done'
expect 'sum 42 done'
console_type 'cat /sys/class/rtc/rtc0/name; [ $(cat /sys/class/rtc/rtc0/since_epoch) -gt 1600000000 ] && echo clock $((40 + 2)) runs'
expect 'clock 42 runs'
console_type 'cd /sys/class/rtc/rtc0; echo +2 >wakealarm; while [ -n "$(cat wakealarm)" ]; do sleep 1; done; grep -c pl031 /proc/interrupts; cd /; echo alarm $((40 + 2)) rang'
expect 'alarm 42 rang'
console_type 'poweroff -f'
finish
