# SPDX-License-Identifier: BSD-2-Clause
# clang-tidy over every source that some build compiles, several at a time. A file that passed is
# looked at again only when it, a header of the project or the settings have changed.
# shellcheck shell=bash

tidy_stamps=$build/tidy-stamps

# tidy_settings: one word for all that a verdict depends on beside the file itself.
tidy_settings() {
  {
    cat "$root/.clang-tidy" "$root/scripts/lint/tidy_one.sh"
    sources '*.hpp' | xargs -0 cat
    clang-tidy-19 --version
  } | sha256sum | cut -c 1-16
}

# tidy_files FOLDER PATTERN: sources in a build tree's compile commands that match.
tidy_files() {
  sed -nE 's/^ *"file": "(.*\.cpp)",?$/\1/p' "$1/compile_commands.json" |
    sort -u | { grep -E "^$root/($2)" || true; }
}

# tidy_tree FOLDER PATTERN [ARGUMENT...]
tidy_tree() {
  local folder=$1 pattern=$2
  shift 2
  tidy_files "$folder" "$pattern" |
    xargs --no-run-if-empty -d '\n' -n 1 -P "$jobs" \
      bash "$root/scripts/lint/tidy_one.sh" "$tidy_stamps" "$tidy_settings_now" "$folder" "$@"
}

check_tidy() {
  local failed=0 tidy_settings_now
  configure tidy "$build/tidy" -DBUILD_TESTING=OFF
  configure testbed-aarch64 "$build/testbed-aarch64"
  tidy_settings_now=$(tidy_settings)
  mkdir -p "$tidy_stamps"
  tidy_tree "$build/tidy" 'src/' || failed=1
  # What only the target compiles; clang is told the target that g++'s name implies. Probes are left
  # out: they do on purpose what the checks warn of.
  tidy_tree "$build/testbed-aarch64" 'src/platform/|src/(vmm|pds/.*)/main\.cpp|testbed/' \
    --extra-arg=--target=aarch64-linux-gnu || failed=1
  return "$failed"
}
