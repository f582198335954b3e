# SPDX-License-Identifier: BSD-2-Clause
# Which files the checks look at. NUL-separated, so that any name will do.
# shellcheck shell=bash

# sources PATTERN...: the project's own files, known to git or about to be.
sources() {
  (cd "$root" && git ls-files -z --cached --others --exclude-standard -- "$@" |
    while IFS= read -r -d '' file; do
      [[ ! -f $file ]] || printf '%s\0' "$root/$file"
    done)
}

cpp_sources() { sources '*.cpp' '*.hpp'; }
