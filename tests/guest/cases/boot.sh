# SPDX-License-Identifier: BSD-2-Clause
# An unmodified Debian kernel comes up, says which one it is, and switches itself off.
start
expect "serai-guest: ready ($(sed -nE 's/^Package: linux-image-([^ ]*)$/\1/p' "$cache/guests/$guest/version"))"
finish
