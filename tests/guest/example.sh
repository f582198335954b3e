#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# example.sh PLATFORM NAME: one example as a test, with what ./dev build has laid out. Status 77 means
# that this machine cannot run it.
source "$(dirname "${BASH_SOURCE[0]}")/begin.sh" "$1"
source "$root/scripts/examples.sh"

run_example "$2" "$1"
