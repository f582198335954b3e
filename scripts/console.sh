# SPDX-License-Identifier: BSD-2-Clause
# Drives a program through its console: starts it, waits for lines, types, waits for its end.
# Every wait has a limit, and nothing depends on how long something took.
# shellcheck shell=bash

console_pid='' console_log='' console_input='' console_folder=''

# console_start LOG SECONDS COMMAND...: starts a program that is stopped after SECONDS at the latest.
console_start() {
  console_log=$1
  local seconds=$2
  shift 2
  console_folder=$(mktemp -d)
  mkfifo "$console_folder/input"
  : >"$console_log"
  timeout --kill-after=10 "$seconds" "$@" <"$console_folder/input" >>"$console_log" 2>&1 &
  console_pid=$!
  exec {console_input}>"$console_folder/input"
}

# console_seen TEXT: how many lines hold the text so far.
console_seen() { grep -a -c -F -e "$1" "$console_log" || true; }

# console_wait TEXT [TIMES]: waits until TIMES lines hold the text; fails when the program ends first.
console_wait() {
  local text=$1 times=${2:-1}
  while (($(console_seen "$text") < times)); do
    if ! kill -0 "$console_pid" 2>/dev/null; then
      (($(console_seen "$text") >= times)) && return 0
      printf 'ended before "%s" was seen %s time(s)\n' "$text" "$times" >&2
      return 1
    fi
    sleep 0.1
  done
}

# console_type TEXT: types a line.
console_type() { printf '%s\n' "$1" >&"$console_input"; }

# console_end: waits for the program's end and returns its status.
console_end() {
  local status=0
  wait "$console_pid" || status=$?
  console_close
  return "$status"
}

# console_stop: ends the program.
console_stop() {
  [[ -z $console_pid ]] || kill "$console_pid" 2>/dev/null || true
  [[ -z $console_pid ]] || wait "$console_pid" 2>/dev/null || true
  console_close
}

console_close() {
  console_pid=''
  [[ -z $console_input ]] || exec {console_input}>&-
  console_input=''
  [[ -z $console_folder ]] || rm -rf "$console_folder"
  console_folder=''
}
