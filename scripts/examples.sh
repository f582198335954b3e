# SPDX-License-Identifier: BSD-2-Clause
# ./dev examples: runs every example, does on its console what its README says one does, and holds
# what comes back against what the README says one sees.
#
# An example is a folder with system.toml, README.md, expected-console.txt (lines that the console
# shows, in this order) and steps.sh, which uses:
#   see TEXT [TIMES]     waits until so many lines of the console hold the text
#   enter TEXT           types a line
#   guest NUMBER         what is typed from now on goes to this guest (several guests only)
#   outside COMMAND...   runs a command on this machine; its output joins the console's
# and defines prepare_images, which puts into the folder $images what the system file names, and
# steps. `take FILE` links a file of the guests' cache there.
# shellcheck shell=bash
source "$root/scripts/build.sh"
source "$root/scripts/guests.sh"
source "$root/scripts/console.sh"

example_seconds=600
example_guest=debian-12-generic

see() {
  console_wait "$@" && return
  note "not seen: $1"
  return 1
}

enter() { console_type "$1"; }

guest() { printf '\035%s' "$1" >&"$console_input"; }

take() {
  mkdir -p "$images"
  ln -sfn "$cache/guests/$1" "$images/$(basename "$1")"
}

# virtio_guest, net_guest: Debian's kernel and the initramfs that knows virtual devices, without or
# with programs for networks.
virtio_guest() {
  fetch_debian_guests "$example_guest" && virtio_initramfs "$example_guest" &&
    take "$example_guest/vmlinuz" && take "$example_guest/initramfs-virtio.cpio"
}

net_guest() {
  fetch_debian_guests "$example_guest" && net_initramfs "$example_guest" &&
    take "$example_guest/vmlinuz" && take "$example_guest/initramfs-net.cpio"
}

outside() { "$@" >>"$console_log" 2>&1; }

# example_names: all examples in the order of the alphabet.
example_names() {
  local folder
  for folder in "$root"/examples/*/steps.sh; do basename "$(dirname "$folder")"; done
}

# expected_in_order LOG FILE: whether each line of FILE is part of a line of LOG, one behind the
# other. A line of FILE that begins with # says something to the reader only.
expected_in_order() {
  awk 'NR == FNR { if ($0 !~ /^#/ && $0 != "") wanted[++count] = $0; next }
    next_line < count && index($0, wanted[next_line + 1]) { ++next_line }
    END {
      if (next_line == count) exit 0
      print "not seen, or not in this order: " wanted[next_line + 1]
      exit 1
    }' "$2" "$1" >&2
}

# drive_example NAME PLATFORM LOG: the run itself.
drive_example() {
  local name=$1 platform=$2 log=$3
  local folder=$root/examples/$name status=0
  local images=$folder/images
  source "$folder/steps.sh"
  prepare_images || return
  console_start "$log" "$example_seconds" "$serai" run "$folder/system.toml" \
    --platform "$platform"
  if ! steps; then
    console_stop
    return 1
  fi
  console_end || status=$?
  ((status == 0)) || note "the run ended with status $status"
  ((status == 0)) && expected_in_order "$log" "$folder/expected-console.txt"
}

# run_example NAME PLATFORM: one line that says how it went; in a shell of its own, as each brings
# functions of the same names.
run_example() {
  local log=$build/examples/$1.$2.log begin=$SECONDS
  mkdir -p "$build/examples"
  : >"$log"
  if (drive_example "$1" "$2" "$log"); then
    printf 'ok      %-20s %-8s %4d s\n' "$1" "$2" $((SECONDS - begin))
    return
  fi
  tail -n 40 "$log" >&2
  printf 'FAILED  %-20s %-8s %4d s  %s\n' "$1" "$2" $((SECONDS - begin)) "${log#"$root"/}"
  return 1
}

verb_examples() {
  local platform='' name failed=0
  local -a names=()
  while (($# > 0)); do
    case $1 in
      --platform) platform=${2-}; shift ;;
      --platform=*) platform=${1#*=} ;;
      -*) die "unknown argument of examples: $1" ;;
      *) names+=("$1") ;;
    esac
    shift
  done
  have_sdk && : "${platform:=sel4}"
  : "${platform:=testbed}"
  [[ $platform =~ ^(testbed|sel4)$ ]] || die "unknown platform: $platform" "there are testbed and sel4"
  [[ $platform == testbed ]] || have_sdk || die "seL4 needs an SDK: set MICROKIT_SDK to its folder"
  ((${#names[@]} > 0)) || mapfile -t names < <(example_names)
  for name in "${names[@]}"; do
    [[ -e $root/examples/$name/steps.sh ]] ||
      die "there is no example $name" "there are: $(example_names | xargs)"
  done
  ensure_packages examples
  build_all || exit
  for name in "${names[@]}"; do run_example "$name" "$platform" || failed=1; done
  return "$failed"
}
