# SPDX-License-Identifier: BSD-2-Clause
# ./dev lint: what can be checked without running the project. A check is a function check_NAME that
# prints what is wrong and fails.
# shellcheck shell=bash
source "$root/scripts/build.sh"
source "$root/scripts/sources.sh"
source "$root/scripts/lint/includes.sh"
source "$root/scripts/lint/text.sh"
source "$root/scripts/lint/tidy.sh"

lint_checks=(format includes spdx words shell tidy)

check_format() { cpp_sources | xargs -0 --no-run-if-empty clang-format-19 --dry-run --Werror; }

check_shell() {
  sources dev .ci/run '*.sh' | xargs -0 shellcheck --severity=warning --shell=bash \
    --exclude=SC1090,SC1091,SC2034,SC2154
}

# lint_run CHECK: runs a check and says how it went.
lint_run() {
  step "checking: $1"
  if "check_$1"; then
    note "ok"
  else
    note "$1: failed"
    return 1
  fi
}

verb_lint() {
  local check failed=0
  for check in "$@"; do
    [[ " ${lint_checks[*]} " == *" $check "* ]] || die "unknown check: $check" "there are ${lint_checks[*]}"
  done
  ensure_packages test
  for check in "${@:-${lint_checks[@]}}"; do
    lint_run "$check" || failed=1
  done
  return "$failed"
}
