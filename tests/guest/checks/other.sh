# SPDX-License-Identifier: BSD-2-Clause
# In vm.other of systems/virtio.toml: its devices against their lines there, and the servers that
# checks/debian.sh talks to.
. /checks/lib.sh

# disk = "gpt", partition = 2, read_only = true
disk vda 131072 gpt-2 1 'write back'
feature 'read-only' "$(driver_folder /sys/block/vda)" 5 1
refused 'writing a read-only disk' dd if=/dev/zero of=/dev/vda bs=4096 count=1 oflag=direct
holds 'mount of a read-only disk' mount -t ext4 -o ro,noload /dev/vda /disk
umount /disk

# disk = "mbr", partition = 2, packed = false
disk vdb 98304 mbr-2 0 'write back'
feature 'packed queues' "$(driver_folder /sys/block/vdb)" 34 0
holds 'mount' mount -t ext4 /dev/vdb /disk
dd if=/dev/urandom of=/disk/random bs=64k count=32 2>/dev/null
sum=$(md5sum </disk/random)
holds 'umount' umount /disk
echo 3 >/proc/sys/vm/drop_caches
mount -t ext4 /dev/vdb /disk
is 'what was written' "$sum" "$(md5sum </disk/random)"
umount /disk

# network = "lan", mtu = 9000, offloads = false
is 'MTU' 9000 "$(cat /sys/class/net/eth0/mtu)"
ethtool -k eth0 >/tmp/offloads
for each in tx-checksumming tcp-segmentation-offload; do
  is "$each" off "$(sed -n "s/^$each: \([a-z]*\).*/\1/p" /tmp/offloads)"
done

iperf3 --server --json >/tmp/iperf.log 2>&1 &
socat VSOCK-LISTEN:1000,fork EXEC:cat &
echo waiting
socat -u VSOCK-LISTEN:1002 - >/dev/null
report other
