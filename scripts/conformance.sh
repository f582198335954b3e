# SPDX-License-Identifier: BSD-2-Clause
# ./dev conformance: runs kvm-unit-tests (arm64), which are not part of the project, from a folder
# that the user names. Each .flat file becomes the kernel of a system of its own.
# shellcheck shell=bash
source "$root/scripts/build.sh"

conformance_seconds=120

# What the tests would rather not try unless they are told that it is safe: see their own notes on
# errata.
conformance_environment='ERRATA_6c7a5dce22b3=y
ERRATA_7b6b46311a85=y
ERRATA_8c58be34494b=y
ERRATA_9e3f7a296940=y
'

# On seL4 the physical timer is not the guest's, and nothing traps an access (SECURITY.md): `timer`
# would wait for its interrupt for ever. There it is ended behind its last virtual-timer line.
last_virtual_timer_line='vtimer-busy-loop: TVAL is'

# conformance_refusal PLATFORM NAME: why a test is not run there, or nothing.
conformance_refusal() {
  [[ $1/$2 != sel4/debug-sstep ]] ||
    echo "seL4 leaves a guest's single-stepping on for its VMM (SECURITY.md)"
}

# Name, .flat file, command line.
conformance_tests=(
  "gicv2-mmio      gic.flat       mmio"
  "gicv2-ipi       gic.flat       ipi"
  "gicv2-active    gic.flat       active"
  "timer           timer.flat     "
  "psci            psci.flat      "
  "selftest-setup  selftest.flat  setup smp=1 mem=128"
  "selftest-kernel selftest.flat  vectors-kernel"
  "selftest-user   selftest.flat  vectors-user"
  "selftest-smp    selftest.flat  smp"
  "cache           cache.flat     "
  "debug-bp        debug.flat     bp"
  "debug-wp        debug.flat     wp"
  "debug-sstep     debug.flat     ss"
)

# conformance_system FLAT COMMANDLINE: the system file.
conformance_system() {
  cat <<END
[vm.test]
kernel = "$1"
format = "raw"
initrd = "environment"
memory = "128M"
cmdline = "$2"
END
}

# conformance_verdict LOG: what the test said of itself: pass, skip, or how it failed.
conformance_verdict() {
  local status
  status=$(tr -d '\r' <"$1" | sed -nE 's/.*EXIT: STATUS=([0-9]+).*/\1/p' | tail -n 1)
  # Some tests give up rather than skip where there is one processor.
  ! grep -a -q 'At least [0-9]* cpus required' "$1" || status=77
  case $status in
    1) echo pass ;;
    77) echo skip ;;
    '') echo 'no end' ;;
    *) echo "status $status" ;;
  esac
}

# conformance_run DIR PLATFORM NAME FLAT COMMANDLINE: runs one test and prints its line.
conformance_run() {
  local folder=$build/conformance/$2.$3 verdict cases refusal
  refusal=$(conformance_refusal "$2" "$3")
  if [[ -n $refusal ]]; then
    printf '%-26s %-10s %s\n' "$3" skip "$refusal"
    return 2
  fi
  if [[ ! -e $1/$4 ]]; then
    printf '%-26s %-10s\n' "$3" 'not there'
    return 2
  fi
  rm -rf "$folder"
  mkdir -p "$folder"
  cp "$1/$4" "$folder/"
  printf '%s' "$conformance_environment" >"$folder/environment"
  conformance_system "$4" "$5" >"$folder/system.toml"
  local -a until=()
  [[ $2/$3 != sel4/timer ]] || until=(--until "$last_virtual_timer_line")
  "$serai" run "$folder/system.toml" --platform "$2" "${until[@]}" \
    --timeout "$conformance_seconds" </dev/null >"$folder/log" 2>&1 || true
  verdict=$(conformance_verdict "$folder/log")
  cases="$(grep -a -c '^.*PASS: ' "$folder/log" || true) cases pass, $(grep -a -c '^.*FAIL: ' "$folder/log" || true) fail"
  [[ $verdict != skip ]] || cases=$(grep -a -m 1 -oE 'At least.*|SKIP: .*' "$folder/log" || true)
  if ((${#until[@]} > 0)) && grep -a -q "$last_virtual_timer_line" "$folder/log"; then
    verdict='partly'
    cases+='; without the physical timer, which is not the guest'"'"'s on seL4'
  fi
  printf '%-26s %-10s %s\n' "$3" "$verdict" "$cases"
  grep -a 'FAIL: ' "$folder/log" | sed 's/^/    /' || true
  case $verdict in
    pass) return 0 ;;
    skip) return 2 ;;
    partly) ! grep -a -q 'FAIL: ' "$folder/log" && return 2 || return 1 ;;
    *) return 1 ;;
  esac
}

verb_conformance() {
  local folder='' platform=testbed line name flat arguments status
  local passed=0 failed=0 skipped=0
  while (($# > 0)); do
    case $1 in
      --platform) platform=${2-}; shift ;;
      --platform=*) platform=${1#*=} ;;
      -*) die "unknown argument of conformance: $1" ;;
      *) folder=$1 ;;
    esac
    shift
  done
  [[ -n $folder ]] || die "name the folder that holds the .flat files of kvm-unit-tests (arm64)"
  [[ -d $folder ]] || die "there is no folder $folder"
  [[ $platform =~ ^(testbed|sel4)$ ]] || die "unknown platform: $platform" "there are testbed and sel4"
  [[ $platform == testbed ]] || have_sdk || die "seL4 needs an SDK: set MICROKIT_SDK to its folder"
  ensure_packages demo
  build_all || exit
  for line in "${conformance_tests[@]}"; do
    read -r name flat arguments <<<"$line"
    status=0
    conformance_run "$folder" "$platform" "$name" "$flat" "$arguments" || status=$?
    case $status in
      0) passed=$((passed + 1)) ;;
      2) skipped=$((skipped + 1)) ;;
      *) failed=$((failed + 1)) ;;
    esac
  done
  printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
  ((failed == 0 && passed > 0))
}
