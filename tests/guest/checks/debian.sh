# SPDX-License-Identifier: BSD-2-Clause
# In vm.debian of systems/virtio.toml: its devices against their lines there, data to and fro.
. /checks/lib.sh

# disk = "gpt", partition = 1
disk vda 1048576 gpt-1 0 'write back'
is 'label of the root' root "$(blkid -o value -s LABEL /dev/vda)"
is 'UUID of the root' 5e7a1000-0000-4000-8000-000000000001 "$(blkid -o value -s UUID /dev/vda)"
is 'type of the root' ext4 "$(blkid -o value -s TYPE /dev/vda)"
is 'root partition alone' '' "$(ls -d /sys/block/vda/vda* 2>/dev/null)"

# disk = "mbr", partition = 1, queues = 4, queue_size = 64
disk vdb 16384 mbr-1 0 'write back'
is 'physical block' 4096 "$(cat /sys/block/vdb/queue/physical_block_size)"
is 'smallest request' 4096 "$(cat /sys/block/vdb/queue/minimum_io_size)"
is 'segments of a request' 62 "$(cat /sys/block/vdb/queue/max_segments)"
number 4096 "$(cat /sys/block/vdb/queue/discard_max_bytes)" 'bytes of a discard'
number 4096 "$(cat /sys/block/vdb/queue/write_zeroes_max_bytes)" 'bytes of zeros'
vdb=$(driver_folder /sys/block/vdb)
feature 'several queues' "$vdb" 12 1
feature 'flush' "$vdb" 9 1
feature 'version 1' "$vdb" 32 1
feature 'packed queues' "$vdb" 34 1
feature 'read-only' "$vdb" 5 0
is 'bytes beyond the end' 0 "$(dd if=/dev/vdb bs=512 count=1 skip=16384 2>/dev/null | wc -c)"
echo 'write through' >/sys/block/vdb/cache_type
is 'cache switched off' 'write through' "$(cat /sys/block/vdb/queue/write_cache)"
dd if=/dev/urandom of=/tmp/random bs=1M count=2 2>/dev/null
dd if=/tmp/random of=/dev/vdb bs=64k oflag=direct 2>/dev/null
holds 'written through' cmp -n 2097152 /tmp/random /dev/vdb
echo 'write back' >/sys/block/vdb/cache_type
is 'cache switched on' 'write back' "$(cat /sys/block/vdb/queue/write_cache)"
holds 'fio, direct, 16 at once' fio --name=direct --filename=/dev/vdb --ioengine=libaio --direct=1 \
  --rw=randwrite --bsrange=512-64k --blockalign=512 --size=4M --iodepth=16 --fsync=16 --verify=crc32c \
  --verify_fatal=1
holds 'blkdiscard' blkdiscard -o 1M -l 1M /dev/vdb
holds 'blkdiscard -z' blkdiscard -z -o 2M -l 1M /dev/vdb
holds 'zeros' cmp -i 2097152:0 -n 1048576 /dev/vdb /dev/zero
holds 'fallocate' fallocate -n -z -o 3M -l 512K /dev/vdb
holds 'zeros again' cmp -i 3145728:0 -n 524288 /dev/vdb /dev/zero
holds 'mkfs' mkfs.ext4 -q -F -L fresh -U 5e7a1000-0000-4000-8000-00000000000f /dev/vdb
is 'its label' fresh "$(blkid -o value -s LABEL /dev/vdb)"
mkdir -p /mnt/fresh
holds 'mount' mount /dev/vdb /mnt/fresh
holds 'fio, buffered' fio --name=files --directory=/mnt/fresh --rw=randrw --bs=4k --size=2M --nrfiles=4 \
  --end_fsync=1 --verify=crc32c --verify_fatal=1
holds 'trim' fstrim /mnt/fresh
holds 'umount' umount /mnt/fresh
holds 'fsck' e2fsck -f -n /dev/vdb

# network = "lan", mac, mtu = 9000, queues = 2
is 'address' 52:54:00:12:34:56 "$(cat /sys/class/net/eth0/address)"
is 'MTU' 9000 "$(cat /sys/class/net/eth0/mtu)"
is 'link' 1 "$(cat /sys/class/net/eth0/carrier)"
refused 'an MTU of 9001' ip link set eth0 mtu 9001
is 'driver' virtio_net "$(ethtool -i eth0 | sed -n 's/^driver: //p')"
is 'slot' 0000:00:03.0 "$(ethtool -i eth0 | sed -n 's/^bus-info: //p')"
is 'pairs of queues' 2 "$(ethtool -l eth0 | sed -n 's/^Combined:[[:space:]]*//p' | head -n 1)"
ethtool -k eth0 >/tmp/offloads
for each in rx-checksumming tx-checksumming scatter-gather tcp-segmentation-offload rx-vlan-filter; do
  is "$each" on "$(sed -n "s/^$each: \([a-z]*\).*/\1/p" /tmp/offloads)"
done
holds 'ping with 8972 bytes' ping -c 3 -M 'do' -s 8972 10.0.0.2
# trunk = true, and vlan = 10 at the neighbour
ip link add link eth1 name ten type vlan id 10
ip addr add 10.0.10.1/24 dev ten
ip link set ten up
holds 'ping in VLAN 10' ping -c 3 10.0.10.2
ip link add link eth1 name eleven type vlan id 11
ip addr add 10.0.11.1/24 dev eleven
ip link set eleven up
ip neigh add 10.0.11.2 lladdr "$(ip neigh show 10.0.10.2 | sed 's/.*lladdr \([^ ]*\).*/\1/')" dev eleven
refused 'ping in VLAN 11' ping -c 1 -W 1 10.0.11.2

# traffic WHAT SERVER_SIDE ARGUMENT...: what iperf3 says was sent is what the server says arrived.
traffic() {
  what=$1
  shift
  iperf3 --client 10.0.0.2 --json --get-server-output "$@" >/tmp/iperf.json
  is "$what" agree "$(python3 /checks/iperf.py /tmp/iperf.json)"
}
traffic 'TCP to the neighbour' --bytes 16M
traffic 'TCP from the neighbour' --bytes 16M --reverse
traffic 'UDP to the neighbour' --udp --bitrate 20M --bytes 1M
traffic 'UDP from the neighbour' --udp --bitrate 20M --bytes 1M --reverse

# kind = "rng"
entropy_comes

# kind = "vsock", cid = 42
is 'context ID' 42 "$(python3 -c '
import fcntl, struct
with open("/dev/vsock") as device:
    print(struct.unpack("I", fcntl.ioctl(device, 0x7B9, b"\0\0\0\0"))[0])')"
holds 'echo of the host' echoed 2 7 /tmp/random
holds 'echo of the neighbour' echoed 3 1000 /tmp/random
refused 'a port where nobody listens' socat -T 5 - VSOCK-CONNECT:3:1001 </dev/null
refused 'an ID that nobody has' socat -T 5 - VSOCK-CONNECT:77:7 </dev/null
echo over | socat -t 5 - VSOCK-CONNECT:3:1002
report debian
