#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# power_cut.sh PLATFORM: one cut of ./dev powercut as a test, with what ./dev build has laid out.
# Status 77 means that this machine cannot run it.
source "$(dirname "${BASH_SOURCE[0]}")/begin.sh" "$1"
source "$root/scripts/powercut.sh"

powercut=$build/guest-tests/$1.power-cut
prepare_powercut
cut_once "$1" 1
