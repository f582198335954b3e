# SPDX-License-Identifier: BSD-2-Clause
# A bare-metal probe (guests/probes) tries one thing from inside and says of each check how it went.
start
expect 'probe done: '
finish
(($(console_seen 'FAIL ') == 0 && $(console_seen 'PASS ') > 0)) || {
  grep -a 'FAIL ' "$log" || true
  fail 'the probe found something wrong'
}
(($(console_seen ' passed, 0 failed') == 1)) || fail 'the totals tell of a failure'
