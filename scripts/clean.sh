# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash

verb_clean() {
  rm -rf "$build" "$root"/examples/*/images
  [[ ${1-} != --cache ]] || rm -rf "$cache"
}
