# SPDX-License-Identifier: BSD-2-Clause
# ./dev coverage: how many lines of each folder the unit tests run, by gcov.
# shellcheck shell=bash
source "$root/scripts/build.sh"

# The folders whose every line a guest or a peer may reach, and what of them must be run.
coverage_folders=(src/virtio src/devices src/backends src/pci src/net src/pds src/drivers)
coverage_least=95

# A PD's first function only puts together what tests put together differently, and a driver's
# accesses to registers need the registers.
coverage_without='/(main|pl011_driver|board_timer)[.]cpp$|^src/drivers/virtio/mmio_registers[.]cpp$'

# covered_lines: a line for each line of code, as FILE NUMBER and 1 or 0, from gcov's reports. One
# that is run in any program is run. The compiler saw the sources from the build tree.
covered_lines() {
  (cd "$build/coverage" && find . -name '*.gcda' -print0 |
    xargs -0 -n 16 gcov-12 --stdout 2>/dev/null) |
    awk -F: '
      { gsub(/ /, "", $1); gsub(/ /, "", $2) }
      $2 == 0 && $3 == "Source" { file = $4; sub(/^(\.\.\/)+/, "", file); next }
      file ~ /^src\// && $1 ~ /^[0-9#=%]/ && $2 > 0 { run[file " " $2] += $1 ~ /^[0-9]/ }
      END { for (line in run) print line, (run[line] > 0) }' |
    awk -v without="$coverage_without" '$1 !~ without' | LC_ALL=C sort -k1,1 -k2,2n
}

# coverage_table: the lines on standard input by folder; fails where one has too few.
coverage_table() {
  awk -v folders="${coverage_folders[*]}" -v least="$coverage_least" '
    BEGIN { count = split(folders, must, " "); for (i in must) is_must[must[i]] = 1 }
    { split($1, part, "/"); folder = part[1] "/" part[2]; all[folder]++; run[folder] += $3 }
    END {
      printf "%-16s %7s %7s %7s\n", "folder", "lines", "run", "%"
      for (folder in all) order[++n] = folder
      for (i = 1; i <= n; ++i) for (j = i + 1; j <= n; ++j)
        if (order[j] < order[i]) { t = order[i]; order[i] = order[j]; order[j] = t }
      for (i = 1; i <= n; ++i) {
        folder = order[i]; percent = 100 * run[folder] / all[folder]
        low = is_must[folder] && percent < least
        printf "%-16s %7d %7d %7.1f%s\n", folder, all[folder], run[folder], percent,
          low ? "  less than " least : ""
        failed += low
      }
      exit failed > 0
    }'
}

verb_coverage() {
  local show='' lines=$build/coverage/lines.txt
  while (($# > 0)); do
    case $1 in
      --missing) show=${2:?--missing needs a folder or a file}; shift ;;
      *) die "unknown argument of coverage: $1" ;;
    esac
    shift
  done
  ensure_packages test
  step "building the unit tests for coverage"
  configure coverage "$build/coverage" && compile "$build/coverage" || exit
  step "running them"
  find "$build/coverage" -name '*.gcda' -delete
  quietly "$build/log/coverage.log" ctest --test-dir "$build/coverage" --label-regex '^unit$' \
    --parallel "$jobs" --output-on-failure || exit
  covered_lines >"$lines"
  [[ -z $show ]] || awk -v what="$show" 'index($1, what) == 1 && !$3 { print $1 ":" $2 }' "$lines"
  coverage_table <"$lines"
}
