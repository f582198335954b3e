# SPDX-License-Identifier: BSD-2-Clause
# ./dev powercut: cuts the power, as far as a machine inside a program can lose it. A guest writes to
# an ext4 file system on its disk, syncs, and says what is durable; QEMU is killed at a random moment;
# then the file system must be clean after its journal was played back, and every record that the
# guest called durable must be there.
# shellcheck shell=bash
source "$root/scripts/build.sh"
source "$root/scripts/guests.sh"
source "$root/scripts/console.sh"

powercut=$build/powercut
powercut_guest=debian-12-generic
powercut_seconds=300
disk_mib=48
record_blocks=2048

prepare_powercut() {
  mkdir -p "$powercut"
  fetch_debian_guests "$powercut_guest" && virtio_initramfs "$powercut_guest" || return
  cp "$root/tests/powercut/system.toml" "$powercut/"
  ln -sfn "$cache/guests/$powercut_guest"/{vmlinuz,initramfs-virtio.cpio} "$powercut/"
  # The same program as in the guest, for this machine.
  quietly "$build/log/durable.log" g++ -std=c++23 -O2 -Wall -Wextra -Werror -o "$powercut/durable" \
    "$root/guests/linux/tools/durable.cpp" || return
  make_empty_disk "$powercut/new.img" "$disk_mib"
}

# children PID: all processes that it started, and those they did.
children() {
  local child
  for child in $(pgrep -P "$1"); do
    children "$child"
    printf '%s\n' "$child"
  done
}

# kill_qemu: the QEMU of the run that this shell started, and no other.
kill_qemu() {
  local pid
  for pid in $(children "$console_pid"); do
    [[ $(<"/proc/$pid/comm") != qemu-system* ]] || kill -KILL "$pid"
  done
}

# last_durable LOG: the number of the last record that the guest called durable on a whole line.
last_durable() { grep -a -oE '^durable [0-9]+.?$' "$1" | tr -dc '0-9\n' | tail -n 1; }

# write_until_cut PLATFORM LOG: boots, lets the guest write, cuts.
write_until_cut() {
  console_start "$2" "$powercut_seconds" "$serai" run "$powercut/system.toml" --platform "$1"
  console_wait 'serai-guest: ready' && console_wait '# ' || return
  # What is waited for is written so that its echo is something else.
  console_type "mkdir -p /disk && mount -t ext4 /dev/vda /disk && cd /disk && echo on' the 'disk"
  console_wait 'on the disk' || return
  console_type "dd if=/dev/zero of=records bs=4096 count=$record_blocks"
  console_type "durable write records $record_blocks 1000000"
  console_wait 'durable ' $((2 + RANDOM % 40)) || return
  sleep "0.$((RANDOM % 1000))"
  kill_qemu
  console_end || true
}

# check_disk RECORD: whether all up to that record survived, on a clean file system.
check_disk() {
  local status=0
  # Status 1: the journal was played back, as it should be.
  e2fsck -f -p "$powercut/data.img" >"$powercut/fsck.log" 2>&1 || status=$?
  ((status <= 1)) && e2fsck -f -n "$powercut/data.img" >>"$powercut/fsck.log" 2>&1 || {
    cat "$powercut/fsck.log" >&2
    return 1
  }
  debugfs -R "dump /records $powercut/records" "$powercut/data.img" >/dev/null 2>&1 &&
    "$powercut/durable" check "$powercut/records" "$record_blocks" "$1"
}

# cut_once PLATFORM NUMBER: one line that says how it went.
cut_once() {
  local log=$powercut/console.log record told
  copy_image "$powercut/new.img" "$powercut/data.img"
  write_until_cut "$1" "$log" || {
    console_stop
    tail -n 20 "$log" >&2
    printf 'FAILED  cut %4d: the guest did not begin to write\n' "$2"
    return 1
  }
  record=$(last_durable "$log")
  if told=$(check_disk "${record:-0}" 2>&1); then
    printf 'ok      cut %4d: %s\n' "$2" "$told"
  else
    cp --sparse=always "$powercut/data.img" "$powercut/failed-$2.img"
    cp "$log" "$powercut/failed-$2.log"
    printf 'FAILED  cut %4d: %s\n' "$2" "$told"
    return 1
  fi
}

verb_powercut() {
  local platform='' cuts=200 number failed=0
  while (($# > 0)); do
    case $1 in
      --cuts) cuts=${2-}; shift ;;
      --cuts=*) cuts=${1#*=} ;;
      --platform) platform=${2-}; shift ;;
      --platform=*) platform=${1#*=} ;;
      *) die "unknown argument of powercut: $1" ;;
    esac
    shift
  done
  [[ $cuts =~ ^[1-9][0-9]*$ ]] || die "--cuts takes a number, not '$cuts'"
  have_sdk && : "${platform:=sel4}"
  : "${platform:=testbed}"
  [[ $platform =~ ^(testbed|sel4)$ ]] || die "unknown platform: $platform" "there are testbed and sel4"
  [[ $platform == testbed ]] || have_sdk || die "seL4 needs an SDK: set MICROKIT_SDK to its folder"
  ensure_packages examples
  build_all || exit
  prepare_powercut || exit
  for ((number = 1; number <= cuts; ++number)); do
    cut_once "$platform" "$number" || failed=$((failed + 1))
  done
  printf '%d cuts on %s, %d lost something or failed\n' "$cuts" "$platform" "$failed"
  ((failed == 0))
}
