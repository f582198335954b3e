# SPDX-License-Identifier: BSD-2-Clause
# tidy_one.sh STAMPS SETTINGS FOLDER [ARGUMENT...] FILE: clang-tidy for one file, unless it passed
# before just as it is now.
set -euo pipefail
stamps=$1 settings=$2 folder=$3 file=${!#}
arguments=("${@:4:$#-4}")

stamp=$stamps/$(printf '%s' "$file" | tr -c '[:alnum:]' _)
state="$settings $(sha256sum <"$file" | cut -c 1-16)"
[[ ! -e $stamp || $(<"$stamp") != "$state" ]] || exit 0

# Warnings that g++ does not have, or clang not: what g++ compiles without a word is no finding here.
for warning in deprecated-declarations unknown-warning-option return-type-c-linkage \
  ignored-optimization-argument; do
  arguments+=("--extra-arg=-Wno-$warning")
done

output=$(clang-tidy-19 --quiet -p "$folder" "${arguments[@]}" "$file" 2>&1) || {
  printf '%s: clang-tidy fails:\n%s\n' "$file" "$output"
  exit 1
}
printf '%s\n' "$state" >"$stamp"
