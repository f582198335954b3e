# SPDX-License-Identifier: BSD-2-Clause
# The rows of the result: fields parted by tabs, as a table, as JSON.
# shellcheck shell=bash

# row ROW METRIC PLATFORM VALUE UNIT GOAL: one line of the result, fields parted by tabs. A goal of -
# is none.
row() {
  local met=false
  if [[ $4 != missing && $6 != - ]] && awk -v value="$4" -v goal="$6" 'BEGIN { exit !(value <= goal) }'; then
    met=true
  fi
  [[ $6 != - ]] || met=none
  printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$@" "$met"
}

# goal TESTBED SEL4: by platform.
goal() { [[ $platform == testbed ]] && echo "$1" || echo "$2"; }

# as_table: the rows for a person.
as_table() {
  awk -F '\t' 'BEGIN { printf "%-4s %-8s %-50s %14s %12s  %s\n", "row", "platform", "metric", "value", "goal", "met" }
    { printf "%-4s %-8s %-50s %14s %12s  %s\n", $1, $3, $2, $4, ($7 == "none" ? "" : "<= " $6),
        ($7 == "true" ? "yes" : ($7 == "none" ? "" : "NO")) }'
}

as_json() {
  awk -F '\t' 'BEGIN { printf "[" }
    { printf "%s\n  {\"row\": \"%s\", \"metric\": \"%s\", \"platform\": \"%s\", \"value\": %s, \"unit\": \"%s\", \"goal\": %s, \"met\": %s}",
        (NR > 1 ? "," : ""), $1, $2, $3, ($4 == "missing" ? "null" : $4), $5, ($6 == "-" ? "null" : $6),
        ($7 == "none" ? "null" : $7) }
    END { print "\n]" }'
}
