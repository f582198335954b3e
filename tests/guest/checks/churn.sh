# SPDX-License-Identifier: BSD-2-Clause
# Drivers that are taken from their devices and given back while these have work to do.
. /checks/lib.sh

# churn WHAT DRIVER DEVICE COMMAND...: takes DEVICE away while the command uses it, three times.
churn() {
  what=$1
  driver=/sys/bus/virtio/drivers/$2
  device=$(basename "$3")
  shift 3
  for round in 1 2 3; do
    "$@" >/dev/null 2>&1 &
    usleep 300000
    holds "$what: unbind" sh -c "echo $device >$driver/unbind"
    kill $! 2>/dev/null
    wait
    holds "$what: bind" sh -c "echo $device >$driver/bind"
  done
}

dd if=/dev/urandom of=/tmp/random bs=1M count=2 2>/dev/null
disk=$(driver_folder /sys/block/vda)
churn 'disk, reading' virtio_blk "$disk" dd if=/dev/vda of=/dev/null bs=64k iflag=direct
churn 'disk, writing' virtio_blk "$disk" dd if=/dev/zero of=/dev/vda bs=64k oflag=direct
dd if=/tmp/random of=/dev/vda bs=64k oflag=direct 2>/dev/null
holds 'what was written afterwards' cmp -n 2097152 /tmp/random /dev/vda
network=$(driver_folder /sys/class/net/eth0)
churn 'network' virtio_net "$network" ping -A 10.0.0.2
ip link set eth0 up
is 'link afterwards' 1 "$(cat /sys/class/net/eth0/carrier)"
rng=$(readlink -f /sys/bus/virtio/drivers/virtio_rng/virtio*)
churn 'random numbers' virtio_rng "$rng" dd if=/dev/hwrng of=/dev/null bs=512
entropy_comes
console=$(readlink -f /sys/bus/virtio/drivers/virtio_console/virtio*)
churn 'console' virtio_console "$console" sh -c 'while :; do echo flood; done >/dev/hvc0'
for module in virtio_blk virtio_net virtio_rng; do
  holds "rmmod $module" rmmod "$module"
  holds "modprobe $module" modprobe "$module"
done
holds 'what was written, after modprobe' cmp -n 2097152 /tmp/random /dev/vda
report churn
