# SPDX-License-Identifier: BSD-2-Clause
# Wall-clock time, which is only ever a ratio: guests whose consoles are typed to in turn, and how long
# this machine waits for each answer. Each wait has a limit.
# shellcheck shell=bash

wall_rounds=10
wall_seconds=300
declare -A wall_input=() wall_output=() wall_pid=() wall_log=()

# wall_start NAME LOG COMMAND...: starts a program whose console is typed to by that name.
wall_start() {
  local name=$1 log=$2 folder fd
  shift 2
  folder=$(mktemp -d)
  mkfifo "$folder/input" "$folder/output"
  timeout --kill-after=10 "$wall_seconds" "$@" <"$folder/input" >"$folder/output" 2>&1 &
  wall_pid[$name]=$!
  exec {fd}>"$folder/input"
  wall_input[$name]=$fd
  exec {fd}<"$folder/output"
  wall_output[$name]=$fd
  wall_log[$name]=$log
  : >"$log"
  rm -r "$folder"
}

# wall_until NAME TEXT: reads its console until a line holds the text; fails when it ends first.
wall_until() {
  local line
  while IFS= read -r -t "$wall_seconds" line <&"${wall_output[$1]}"; do
    printf '%s\n' "$line" >>"${wall_log[$1]}"
    [[ $line != *"$2"* ]] || return 0
  done
  note "not seen: $2 (${wall_log[$1]#"$root"/})"
  return 1
}

wall_type() { printf '%s' "$2" >&"${wall_input[$1]}"; }

# wall_time NAME LINE TEXT: microseconds from typing a line until a line with the text comes.
wall_time() {
  local begin=${EPOCHREALTIME/./}
  wall_type "$1" "$2"$'\n'
  wall_until "$1" "$3" || return
  printf '%s\n' $((${EPOCHREALTIME/./} - begin))
}

wall_stop() {
  local fd=${wall_input[$1]}
  exec {fd}>&-
  fd=${wall_output[$1]}
  exec {fd}<&-
  kill "${wall_pid[$1]}" 2>/dev/null || true
  wait "${wall_pid[$1]}" 2>/dev/null || true
}

# wall_ratios FILE: lowest, median and highest of what stands there, a ratio a line; or missing.
wall_ratios() {
  sort -g "$1" 2>/dev/null | awk '{ value[NR] = $1 }
    END {
      if (NR == 0) { print "missing missing missing"; exit }
      middle = NR % 2 ? value[(NR + 1) / 2] : (value[NR / 2] + value[NR / 2 + 1]) / 2
      printf "%.3f %.3f %.3f\n", value[1], middle, value[NR]
    }'
}

# wall_rows ROW NAME FILE GOAL: three lines of the result.
wall_rows() {
  local lowest median highest
  read -r lowest median highest < <(wall_ratios "$3")
  row "$1" "$2, median" "$platform" "$median" ratio "$4"
  row "$1" "$2, lowest" "$platform" "$lowest" ratio -
  row "$1" "$2, highest" "$platform" "$highest" ratio -
}
