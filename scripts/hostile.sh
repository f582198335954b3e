# SPDX-License-Identifier: BSD-2-Clause
# ./dev hostile: a guest that fuzzes its VMM's VirtIO devices from inside, for as many exits as one
# likes (row R3).
# shellcheck shell=bash
source "$root/scripts/build.sh"

verb_hostile() {
  local platform='' accesses=10000000 seed=$((RANDOM * 32768 + RANDOM)) transport failed=0
  while (($# > 0)); do
    case $1 in
      --platform) platform=${2-}; shift ;;
      --platform=*) platform=${1#*=} ;;
      --accesses) accesses=${2-}; shift ;;
      --accesses=*) accesses=${1#*=} ;;
      --seed) seed=${2-}; shift ;;
      --seed=*) seed=${1#*=} ;;
      *) die "unknown argument of hostile: $1" ;;
    esac
    shift
  done
  [[ $accesses$seed =~ ^[0-9]+$ ]] || die "--accesses and --seed need numbers"
  have_sdk && : "${platform:=sel4}"
  : "${platform:=testbed}"
  [[ $platform =~ ^(testbed|sel4)$ ]] || die "unknown platform: $platform" "there are testbed and sel4"
  [[ $platform == testbed ]] || have_sdk || die "seL4 needs an SDK: set MICROKIT_SDK to its folder"
  ensure_packages demo
  build_all || exit
  for transport in pci mmio; do
    step "seed $seed, $accesses accesses to devices over $transport on $platform"
    # Ten thousand accesses a second are fewer than the slowest machine makes.
    SERAI_HOSTILE="hostile.seed=$seed hostile.accesses=$accesses" \
      SERAI_HOSTILE_SECONDS=$((300 + accesses / 10000)) \
      bash "$root/tests/guest/run.sh" "$platform" "probe-virtio-$transport" virtio || failed=1
    grep -aE 'seed |probe done' \
      "$build/guest-tests/$platform.probe-virtio-$transport.virtio/console.log" || true
  done
  return "$failed"
}
