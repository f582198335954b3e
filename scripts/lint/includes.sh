# SPDX-License-Identifier: BSD-2-Clause
# The dependency rules of ARCHITECTURE.md, read off the include lines.
# shellcheck shell=bash

# Folder of the including file, and the folders under src/ that it may include. First match counts.
include_rules=(
  "src/base              base"
  "src/config            config base"
  "src/core              core base"
  "src/arch              arch core base"
  "src/pci               pci core base"
  "src/virtio/transport  virtio pci core base"
  "src/virtio            virtio core base"
  "src/net               net core base"
  "src/devices           devices virtio net core base"
  "src/backends          backends core base"
  "src/drivers           drivers core base"
  "src/platform          platform arch config core base"
  "src/vmm               vmm platform backends devices virtio pci net arch config core base"
  "src/pds               pds platform backends drivers devices virtio net arch config core base"
  "src/tool              tool config base"
  "testbed               testbed config base"
  "guests                guests virtio pci net base"
)

# Headers of Microkit, seL4 and sDDF, and inline assembly: where they may appear.
microkit_headers='^[[:space:]]*#[[:space:]]*include[[:space:]]*[<"](microkit\.h|sel4/|sddf/)'
microkit_folders='^(src/platform/microkit|testbed)/'
assembly='(^|[^[:alnum:]_"])(asm|__asm__|__asm)([[:space:]]+volatile)?[[:space:]]*\('
assembly_folders='^(src/platform|src/arch|testbed|guests)/'
# What target code may use of the standard library.
standard_headers='expected span array optional variant bit atomic charconv cstdint cstddef cstring
  algorithm utility concepts type_traits string_view compare limits memory new'

# allowed_folders FILE: the rule for a file, or nothing where there is none (tests may all).
allowed_folders() {
  local rule folder
  for rule in "${include_rules[@]}"; do
    folder=${rule%% *}
    if [[ $1 == "$folder"/* ]]; then
      printf '%s\n' "${rule#"$folder"}"
      return
    fi
  done
}

# bad_project_includes FILE ALLOWED: includes of folders that the rule does not name.
bad_project_includes() {
  local file=$1 allowed=$2 line number folder
  while IFS=: read -r number line; do
    folder=$(sed -nE 's/^[^"]*"([^/"]+)\/.*/\1/p' <<<"$line")
    [[ -z $folder || ! -d $root/src/$folder || " $allowed " == *" $folder "* ]] ||
      printf '%s:%s: may not include %s/ (allowed: %s)\n' "$file" "$number" "$folder" "$(xargs <<<"$allowed")"
  done < <(grep -nE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' "$root/$file")
}

# bad_standard_includes FILE: standard headers that freestanding code must do without.
bad_standard_includes() {
  local number header
  while IFS=: read -r number header; do
    [[ " $(xargs <<<"$standard_headers") " == *" $header "* ]] ||
      printf '%s:%s: target code may not include <%s>\n' "$1" "$number" "$header"
  done < <(sed -nE '/^[[:space:]]*#[[:space:]]*include[[:space:]]*<[a-z_]+>/{=;s/.*<([a-z_]+)>.*/\1/p}' \
    "$root/$1" | paste -d: - -)
}

# bad_places FILE: Microkit's headers and inline assembly outside their folders.
bad_places() {
  [[ $1 =~ $microkit_folders ]] ||
    grep -nE "$microkit_headers" "$root/$1" | sed "s|^|$1: only src/platform/microkit: |" || true
  [[ $1 =~ $assembly_folders || $1 == tests/* ]] ||
    sed 's|//.*||' "$root/$1" | grep -nE "$assembly" |
    sed "s|^|$1: inline assembly does not belong here: |" || true
}

check_includes() {
  local file allowed wrong
  wrong=$(cpp_sources | while IFS= read -r -d '' file; do
    file=${file#"$root"/}
    allowed=$(allowed_folders "$file")
    [[ -z $allowed ]] || bad_project_includes "$file" "$allowed"
    [[ $file != src/* || $file == src/tool/* ]] || bad_standard_includes "$file"
    bad_places "$file"
  done)
  [[ -z $wrong ]] || {
    printf '%s\n' "$wrong"
    return 1
  }
}
