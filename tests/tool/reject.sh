#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# reject.sh SERAI FOLDER: the system is refused with status 2 and with expected.txt, to the letter,
# on standard error. With UPDATE=1 in the environment, expected.txt is written anew.
set -u
serai=$1
cd "$2" || exit 1
messages=$(mktemp) || exit 1
trap 'rm -f "$messages"' EXIT
output=$("$serai" check system.toml 2>"$messages")
status=$?
[ "$status" -eq 2 ] || { echo "status $status, not 2"; exit 1; }
[ -z "$output" ] || { echo "there is something on standard output: $output"; exit 1; }
[ -z "${UPDATE-}" ] || cp "$messages" expected.txt
diff -u expected.txt "$messages"
