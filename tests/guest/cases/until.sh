# SPDX-License-Identifier: BSD-2-Clause
# `run --until` ends with success at the text, `run --timeout` with failure without it.
start --until 'serai-guest: ready' --timeout 250
finish
start --until 'words that no guest says' --timeout 15
! console_end || fail "the run succeeded without the text"
