# SPDX-License-Identifier: BSD-2-Clause
# A probe that runs into nowhere with its vectors there too: an abort first, then the end.
start
expect 'PASS crash.abort'
expect 'stopped: '
! console_end || fail 'the run does not tell that the guest was stopped'
