# SPDX-License-Identifier: BSD-2-Clause
# What every script of the project needs: where things lie, and how to talk to a person.
# shellcheck shell=bash

# The folder that holds the project; set by whoever sources this file.
: "${root:?}"

build=$root/build
cache=${SERAI_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/serai}
serai=$build/bin/serai
share=$build/share/serai

if [[ -t 2 && -z ${NO_COLOR-} ]]; then
  bold=$'\e[1m' red=$'\e[31m' plain=$'\e[0m'
else
  bold='' red='' plain=''
fi

# step TEXT: says what begins now.
step() { printf '%s==> %s%s\n' "$bold" "$*" "$plain" >&2; }

# note TEXT: says something about the present step.
note() { printf '    %s\n' "$*" >&2; }

# die TEXT...: one line each, then the end.
die() {
  printf '%s./dev: %s%s\n' "$red" "$1" "$plain" >&2
  shift
  (($# == 0)) || printf '       %s\n' "$@" >&2
  exit 1
}

# quietly LOG COMMAND...: runs a command, keeps what it says in a file and shows that if it fails.
quietly() {
  local log=$1 status=0
  shift
  mkdir -p "$(dirname "$log")"
  "$@" </dev/null >"$log" 2>&1 || status=$?
  ((status == 0)) && return 0
  tail -n 60 "$log" >&2
  note "failed ($status): $*"
  note "all of its output: ${log#"$root"/}"
  return "$status"
}

# have_sdk: is there a Microkit SDK to build against?
have_sdk() { [[ -n ${MICROKIT_SDK-} && -d $MICROKIT_SDK/board ]]; }
