# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
source "$root/scripts/setup.sh"
source "$root/scripts/sources.sh"

verb_format() {
  ensure_packages format
  cpp_sources | xargs -0 clang-format-19 -i
}
