# SPDX-License-Identifier: BSD-2-Clause
# Checks of plain text: licence lines, and words that must not stand in the project.
# shellcheck shell=bash

check_spdx() {
  local without
  without=$(sources '*.cpp' '*.hpp' '*.c' '*.h' '*.S' '*.ld' '*.lds' '*.sh' '*.cmake' 'CMakeLists.txt' \
    '*/CMakeLists.txt' dev .ci/run |
    xargs -0 grep -L 'SPDX-License-Identifier: BSD-2-Clause' || true)
  [[ -z $without ]] || {
    printf 'no SPDX line: %s\n' "$without"
    return 1
  }
}

# The first half is unfinished work in code, the second are folders of somebody's machine. Brackets
# keep the patterns from matching themselves.
unfinished='\b(TO[D]O|FIX[M]E|X[X]X)\b|not implemented y[e]t'
private='(^|[^[:alnum:]._/<-])/(ho[m]e|ro[o]t)/[[:alnum:]]'

check_words() {
  local wrong
  wrong=$({
    sources src testbed guests boards examples | xargs -0 grep -nIE "$unfinished" || true
    sources . | xargs -0 grep -nIE "$private" || true
  })
  [[ -z $wrong ]] || {
    printf '%s\n' "$wrong"
    return 1
  }
}
