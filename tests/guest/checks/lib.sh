# SPDX-License-Identifier: BSD-2-Clause
# What the checks inside a guest share. Read by Debian's shell and by BusyBox's. A check counts; the
# last line says how many held, and the test waits for it.
passed=0
failed=0

pass() { passed=$((passed + 1)); }

fail() {
  failed=$((failed + 1))
  echo "FAIL $*"
}

# is WHAT WANTED FOUND
is() {
  if [ "$2" = "$3" ]; then pass; else fail "$1: '$3', not '$2'"; fi
}

# holds WHAT COMMAND...: the command succeeds.
holds() {
  what=$1
  shift
  if "$@" >/tmp/said 2>&1; then
    pass
  else
    fail "$what (status $?)"
    tail -n 5 /tmp/said
  fi
}

# refused WHAT COMMAND...: the command fails.
refused() {
  what=$1
  shift
  if "$@" >/tmp/said 2>&1; then fail "$what went well"; else pass; fi
}

# feature WHAT DEVICE BIT 0|1: a feature that driver and device agreed on; DEVICE is a folder of
# /sys/bus/virtio/devices.
feature() { is "$1" "$4" "$(cut -c $(($3 + 1)) <"$2/features")"; }

# disk NAME SECTORS SERIAL RO CACHE: what /sys says of a disk.
disk() {
  at=/sys/block/$1
  is "$1 sectors" "$2" "$(cat "$at/size")"
  is "$1 serial" "$3" "$(cat "$at/serial")"
  is "$1 read-only" "$4" "$(cat "$at/ro")"
  is "$1 cache" "$5" "$(cat "$at/queue/write_cache")"
  is "$1 logical block" 512 "$(cat "$at/queue/logical_block_size")"
}

# number AT_LEAST FOUND WHAT
number() {
  if [ "$2" -ge "$1" ] 2>/dev/null; then pass; else fail "$3: '$2', not $1 or more"; fi
}

# driver_folder CLASS_PATH: the virtio device behind a folder of /sys/class or /sys/block.
driver_folder() { readlink -f "$1/device"; }

# entropy_comes: random numbers come from the device, and are not always the same.
entropy_comes() {
  is 'source of random numbers' virtio_rng.0 "$(cat /sys/class/misc/hw_random/rng_current)"
  dd if=/dev/hwrng of=/tmp/first bs=512 count=8 iflag=fullblock 2>/dev/null
  dd if=/dev/hwrng of=/tmp/second bs=512 count=8 iflag=fullblock 2>/dev/null
  is 'random bytes' 4096 "$(wc -c </tmp/first)"
  refused 'the same random bytes twice' cmp -s /tmp/first /tmp/second
}

# echoed CID PORT FILE: what is sent there comes back to the letter.
echoed() { socat -t 60 - "VSOCK-CONNECT:$1:$2" <"$3" | cmp - "$3"; }

# report NAME: the last line.
report() { echo "$passed hold, $failed fail in the checks of $1."; }
