# SPDX-License-Identifier: BSD-2-Clause
# ./dev demo: one Debian guest from examples/first-light.
# shellcheck shell=bash
source "$root/scripts/build.sh"
source "$root/scripts/guests.sh"
source "$root/scripts/console.sh"

demo_file=$root/examples/first-light/system.toml
demo_seconds=300

# demo_once PLATFORM: boots to the ready line, switches the guest off by its own command.
demo_once() {
  local log=$build/log/demo.log status=0
  step "booting the guest of examples/first-light on $1"
  console_start "$log" "$demo_seconds" "$serai" run "$demo_file" --platform "$1"
  if console_wait 'serai-guest: ready' && console_wait 'guest# '; then
    console_type 'poweroff -f'
    console_end || status=$?
  else
    status=1
    console_stop
  fi
  cat "$log"
  ((status == 0)) || die "the guest did not come up and shut down (${log#"$root"/})"
  step "the guest came up and shut down"
}

verb_demo() {
  local once='' platform=''
  while (($# > 0)); do
    case $1 in
      --once) once=yes ;;
      --platform) platform=${2-}; shift ;;
      --platform=*) platform=${1#*=} ;;
      *) die "unknown argument of demo: $1" ;;
    esac
    shift
  done
  have_sdk && : "${platform:=sel4}"
  : "${platform:=testbed}"
  [[ $platform =~ ^(testbed|sel4)$ ]] || die "unknown platform: $platform" "there are testbed and sel4"
  [[ $platform == testbed ]] || have_sdk || die "seL4 needs an SDK: set MICROKIT_SDK to its folder"
  ensure_packages demo
  build_all || exit
  demo_guest || die "the guest's kernel could not be had"
  [[ -t 0 && -t 1 ]] || once=yes
  if [[ -n $once ]]; then
    demo_once "$platform"
    return
  fi
  step "a Debian guest on $platform; leave with Ctrl-A X, or switch it off: poweroff -f"
  exec "$serai" run "$demo_file" --platform "$platform"
}
