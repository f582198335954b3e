# SPDX-License-Identifier: BSD-2-Clause
# Drivers come and go, and the guest resets, while its devices have work to do.
# shellcheck shell=bash
truncate -s 32M "$folder/data.img"
initramfs_with virtio churn
start
expect 'serai-guest: ready'
expect 'guest# '
console_type 'sh /checks/churn.sh'
checked churn
console_type 'cat /dev/hwrng >/dev/null & while :; do dd if=/dev/zero of=/dev/vda bs=64k oflag=direct 2>/dev/null; done & sleep 1; reboot -n -f'
expect 'serai-guest: ready' 2
expect 'guest# ' 2
console_type 'ls -l /dev/vda; dd if=/dev/vda of=/dev/null bs=1M && echo read $((40 + 2)) whole'
expect 'read 42 whole'
console_type 'dd if=/dev/hwrng bs=512 count=4 2>/dev/null | wc -c; poweroff -f'
finish
