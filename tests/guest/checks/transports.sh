# SPDX-License-Identifier: BSD-2-Clause
# transports.sh mmio|intx NEIGHBOUR: in a guest of systems/transports.toml.
. /checks/lib.sh
kind=$1
neighbour=$2

for device in /sys/bus/virtio/devices/virtio*; do
  at=$(readlink -f "$device")
  case $kind in
    mmio)
      feature "$device packed" "$device" 34 0
      is "$device over MMIO" virtio_mmio "$(basename "$(readlink -f "$device/../driver")" | tr - _)"
      ;;
    intx)
      feature "$device packed" "$device" 34 1
      is "$device over PCI" virtio-pci "$(basename "$(readlink -f "$at/../driver")")"
      is "$device with messages" '' "$(ls "$at/../msi_irqs" 2>/dev/null)"
      ;;
  esac
done
number 5 "$(ls /sys/bus/virtio/devices | wc -l)" devices

dd if=/dev/urandom of=/tmp/random bs=1M count=4 2>/dev/null
dd if=/tmp/random of=/dev/vda bs=64k oflag=direct 2>/dev/null
echo 3 >/proc/sys/vm/drop_caches
holds 'what was written' cmp -n 4194304 /tmp/random /dev/vda
entropy_comes
holds 'echo of the host' echoed 2 7 /tmp/random
holds 'ping' ping -c 3 "$neighbour"
if [ "$kind" = mmio ]; then
  holds 'TCP there' iperf3 --client "$neighbour" --bytes 8M
  holds 'TCP back' iperf3 --client "$neighbour" --bytes 8M --reverse
fi
report "$kind"
