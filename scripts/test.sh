# SPDX-License-Identifier: BSD-2-Clause
# ./dev test: builds and tests everything, then says in a table how it went. A part is a function
# part_NAME that calls count for what it did.
# shellcheck shell=bash
source "$root/scripts/lint.sh"
source "$root/scripts/fuzz.sh"
source "$root/scripts/guests.sh"
source "$root/scripts/target.sh"

test_parts=(lint unit tool fuzz target testbed guest sel4)
fuzz_test_runs=20000
declare -A passed=() failed=() skipped=() seconds=()
part=''

# count PASSED FAILED SKIPPED: adds to the present part.
count() {
  passed[$part]=$((${passed[$part]:-0} + $1))
  failed[$part]=$((${failed[$part]:-0} + $2))
  skipped[$part]=$((${skipped[$part]:-0} + $3))
}

# attempt NAME COMMAND...: one test by itself.
attempt() {
  local name=$1
  shift
  if "$@"; then
    count 1 0 0
  else
    note "FAILED: $name"
    count 0 1 0
  fi
}

# junit_number FILE NAME: an attribute of the report's test suite.
junit_number() { sed -nE "s/.*[[:space:]]$2=\"([0-9]+)\".*/\1/p" "$1" | head -n 1; }

# run_ctest LABEL JOBS: the tests of one label.
run_ctest() {
  local label=$1 report=$build/log/$1.xml total failures skips
  rm -f "$report"
  ctest --test-dir "$build/host-asan" --label-regex "^$label\$" --parallel "$2" \
    --output-on-failure --progress --output-junit "$report" >"$build/log/$label.log" 2>&1 || true
  # A report that is not there means that the tests could not even be listed.
  [[ -s $report ]] || {
    tail -n 40 "$build/log/$label.log" >&2
    count 0 1 0
    return
  }
  total=$(junit_number "$report" tests)
  failures=$(junit_number "$report" failures)
  skips=$(($(junit_number "$report" skipped) + $(junit_number "$report" disabled)))
  ((failures == 0)) || grep -vE '^ *(Start|Test +#|\[ +OK|\[ RUN)|^$' "$build/log/$label.log" | tail -n 80 >&2
  count $((total - failures - skips)) "$failures" "$skips"
}

# build_asan: the tool and all tests under sanitizers. Several parts need it; it is done once.
asan_built=''
build_asan() {
  [[ -z $asan_built ]] || return "$asan_built"
  step "building the tests (sanitizers on)"
  asan_built=0
  { configure host-asan "$build/host-asan" && compile "$build/host-asan"; } || asan_built=1
  return "$asan_built"
}

# build_runnable: the tool and the programs, once.
runnable_built=''
build_runnable() {
  [[ -z $runnable_built ]] || return "$runnable_built"
  runnable_built=0
  build_all || runnable_built=1
  return "$runnable_built"
}

# needs COMMAND: whether the part can go on; otherwise one failure is counted.
needs() {
  "$1" && return
  note "FAILED: $1"
  count 0 1 0
  return 1
}

part_lint() {
  local check
  for check in "${lint_checks[@]}"; do attempt "$check" lint_run "$check"; done
}

part_unit() { needs build_asan && run_ctest unit "$jobs"; }

part_tool() { needs build_asan && needs build_runnable && run_ctest tool "$jobs"; }

part_fuzz() {
  local program
  needs build_fuzz || return
  for program in $(fuzz_programs); do
    step "fuzzing $(basename "$program") for $fuzz_test_runs runs"
    attempt "$(basename "$program")" fuzz_briefly "$program"
  done
}

# fuzz_briefly PROGRAM: a fixed number of runs that are the same everywhere.
fuzz_briefly() {
  rm -rf "$build/corpus-test"
  quietly "$build/log/$(basename "$1").log" \
    fuzz_one "$1" "$build/corpus-test" "-runs=$fuzz_test_runs" -seed=1
}

part_target() {
  local check
  needs build_runnable || return
  for check in "${target_checks[@]}"; do attempt "$check" "target_$check"; done
}

part_testbed() { needs build_asan && needs build_runnable && run_ctest testbed 1; }

part_guest() {
  needs build_asan && needs build_runnable && needs test_guests && run_ctest guest "$jobs"
}

part_sel4() { needs build_asan && needs build_runnable && needs test_guests && run_ctest sel4 "$jobs"; }

# test_guests: the images that the guest tests boot.
test_guests() {
  fetch_debian_guests && demo_guest && virtio_initramfs debian-12-generic &&
    net_initramfs debian-12-generic && debian_disk debian-12-generic
}

summary() {
  local total_passed=0 total_failed=0 total_skipped=0
  printf '\n%-10s %8s %8s %8s %8s\n' part passed failed skipped seconds
  for part in "$@"; do
    printf '%-10s %8d %8d %8d %8d\n' "$part" "${passed[$part]:-0}" "${failed[$part]:-0}" \
      "${skipped[$part]:-0}" "${seconds[$part]:-0}"
    total_passed=$((total_passed + ${passed[$part]:-0}))
    total_failed=$((total_failed + ${failed[$part]:-0}))
    total_skipped=$((total_skipped + ${skipped[$part]:-0}))
  done
  have_sdk || printf '\nTests on seL4 are skipped: MICROKIT_SDK names no SDK.\n'
  printf '\n%d passed, %d failed, %d skipped\n' "$total_passed" "$total_failed" "$total_skipped"
  ((total_failed == 0 && total_passed > 0))
}

verb_test() {
  local begin
  local -a parts=("${@:-${test_parts[@]}}")
  for part in "${parts[@]}"; do
    [[ " ${test_parts[*]} " == *" $part "* ]] ||
      die "unknown part of the tests: $part" "there are ${test_parts[*]}"
  done
  ensure_packages test
  mkdir -p "$build/log"
  for part in "${parts[@]}"; do
    begin=$SECONDS
    step "testing: $part"
    "part_$part" || true
    seconds[$part]=$((SECONDS - begin))
  done
  summary "${parts[@]}"
}
