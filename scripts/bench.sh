# SPDX-License-Identifier: BSD-2-Clause
# ./dev bench: counts executed instructions, the same on every machine. What is counted is marked by
# the guests themselves (guests/bench, guests/linux/mark.S) and counted by a plugin of QEMU's
# (tests/bench/plugin), so that no guest's clock is trusted.
#
# A row Pn is measured by the functions and variables of its name in scripts/bench:
#   systems_Pn         the systems of tests/bench/systems that it counts, on each platform
#   prepare_Pn         what it needs beside them, once (may be missing)
#   measure_Pn         what it needs beside them on $platform (may be missing)
#   rows_Pn            its lines of the result for $platform
# shellcheck shell=bash
source "$root/scripts/build.sh"
source "$root/scripts/guests.sh"

bench=$build/bench
bench_guest=debian-12-generic
bench_seconds=240

bench_rows=(P1 P2 P3 P4 P5 P6 P7 P8 P9 P10 P11 P12 P13 P14)

for part in count report wall exits disk throughput net tcp console boot memory idle; do
  source "$root/scripts/bench/$part.sh"
done

# if_there FUNCTION: calls it if there is one.
if_there() { [[ $(type -t "$1") != function ]] || "$@"; }

# measure PLATFORM ROW...: runs what the rows need, each system once.
measure() {
  local platform=$1 name system systems failed=0
  local -A done_already=()
  for name in "${@:2}"; do
    systems=systems_$name
    for system in ${!systems-}; do
      [[ -z ${done_already[$system]-} ]] || continue
      done_already[$system]=yes
      count_on "$platform" "$system" || failed=1
    done
    if_there "measure_$name" || failed=1
  done
  return "$failed"
}

verb_bench() {
  local json='' name platform failed=0
  local -a rows=() platforms=(testbed)
  while (($# > 0)); do
    case $1 in
      --json) json=yes ;;
      *)
        [[ " ${bench_rows[*]} " == *" $1 "* ]] ||
          die "unknown argument of bench: $1" "rows are ${bench_rows[*]}"
        rows+=("$1")
        ;;
    esac
    shift
  done
  ((${#rows[@]} > 0)) || rows=("${bench_rows[@]}")
  ! have_sdk || platforms+=(sel4)
  ensure_packages bench
  build_all || exit
  demo_guest || exit
  mkdir -p "$bench"
  build_plugin || exit
  for name in "${rows[@]}"; do if_there "prepare_$name" || exit; done
  : >"$bench/rows"
  for platform in "${platforms[@]}"; do
    measure "$platform" "${rows[@]}" || failed=1
    for name in "${rows[@]}"; do "rows_$name" >>"$bench/rows"; done
  done
  if [[ -n $json ]]; then as_json <"$bench/rows"; else as_table <"$bench/rows"; fi
  return "$failed"
}
