# SPDX-License-Identifier: BSD-2-Clause
# ./dev fuzz: libFuzzer targets, for as long as one likes.
# shellcheck shell=bash
source "$root/scripts/build.sh"

build_fuzz() {
  step "building the fuzz targets"
  configure fuzz "$build/fuzz" || return
  compile "$build/fuzz" fuzz_targets
}

# fuzz_programs: the fuzz targets that were built.
fuzz_programs() { find "$build/fuzz" -type f -executable -name 'fuzz_*' | LC_ALL=C sort; }

# fuzz_names: the names of the targets.
fuzz_names() {
  local source
  for source in "$root"/tests/fuzz/*_fuzz.cpp; do basename "$source" _fuzz.cpp; done
}

# fuzz_one PROGRAM CORPUS [OPTION...]: fuzzes from the seeds that the project ships, if any, and
# keeps what it finds in the folder CORPUS.
fuzz_one() {
  local program=$1 corpus=$2 name seeds
  name=$(basename "$program")
  seeds=$root/tests/fuzz/seeds/${name#fuzz_}
  shift 2
  mkdir -p "$corpus"
  local -a folders=("$corpus")
  [[ ! -d $seeds ]] || folders+=("$seeds")
  "$program" "-artifact_prefix=$build/$name-" -timeout=20 "$@" "${folders[@]}"
}

verb_fuzz() {
  local wanted='' runs='' program
  while (($# > 0)); do
    case $1 in
      --runs) runs=${2:?--runs needs a number}; shift ;;
      --runs=*) runs=${1#*=} ;;
      -*) die "unknown argument of fuzz: $1" ;;
      *) wanted=${1#fuzz_} ;;
    esac
    shift
  done
  [[ -z $wanted || " $(fuzz_names | xargs) " == *" $wanted "* ]] ||
    die "no fuzz target $wanted; there are:" "$(fuzz_names | xargs)"
  ensure_packages test
  build_fuzz || exit
  for program in $(fuzz_programs); do
    [[ -z $wanted || $(basename "$program") == "fuzz_$wanted" ]] || continue
    step "fuzzing $(basename "$program")${runs:+ for $runs runs}"
    fuzz_one "$program" "$build/corpus/$(basename "$program")" ${runs:+"-runs=$runs"}
  done
}
