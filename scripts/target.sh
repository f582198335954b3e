# SPDX-License-Identifier: BSD-2-Clause
# What must hold for the programs as they are linked. A check is a function target_NAME.
# shellcheck shell=bash

target_checks=(size_budget no_allocator no_static_constructors no_unwinder)

# Code and constants are the same for every VMM; what devices are made in comes to the memory, as much
# as they take. With 64 KiB for a disk, a network and the rest, it is the goal of 256 KiB in all (row
# P13 of docs/performance.md).
most_constant_bytes=$((176 * 1024))
most_memory_bytes=$((192 * 1024))
# The stack that the system description gives a VMM, beside what its ELF file says.
vmm_stack_bytes=$((8 * 1024))

allocator='(operator (new|delete)|^|[[:space:]])(malloc|calloc|realloc|free|sbrk|_Zn[wa][mj]|_Zd[la]Pv)($|[[:space:](@])'
unwinder='(_Unwind_|__gxx_personality|__cxa_(throw|begin_catch|allocate_exception|guard_)|_ZTI|_ZTS)'

# vmm_programs: every vmm.elf that was built.
vmm_programs() { find "$share" -name vmm.elf | LC_ALL=C sort; }

# each_vmm COMMAND: the command for every vmm.elf; fails where there is none, or one fails.
each_vmm() {
  local program status=0 found=''
  while IFS= read -r program; do
    found=yes
    "$1" "$program" || status=1
  done < <(vmm_programs)
  [[ -n $found ]] || {
    note "there is no vmm.elf"
    return 1
  }
  return "$status"
}

# sections PROGRAM: name, size, flags of each section that takes memory.
sections() {
  aarch64-linux-gnu-readelf --sections --wide "$1" |
    sed -nE 's/^ *\[ *[0-9]+\] ([^ ]+) +[A-Z_]+ +[0-9a-f]+ [0-9a-f]+ ([0-9a-f]+) [0-9a-f]+ +([WAXMSIL]*) .*/\1 \2 \3/p' |
    awk '$3 ~ /A/'
}

size_of_vmm() {
  local name size flags constant=0 memory=$vmm_stack_bytes
  while read -r name size flags; do
    memory=$((memory + 16#$size))
    [[ $flags == *W* ]] || constant=$((constant + 16#$size))
  done < <(sections "$1")
  note "${1#"$share"/}: code and constants $constant of $most_constant_bytes bytes," \
    "memory with its stack $memory of $most_memory_bytes"
  ((constant > 0 && constant <= most_constant_bytes && memory <= most_memory_bytes))
}

# without PATTERN PROGRAM: no symbol of the program matches.
without() {
  local found
  found=$(aarch64-linux-gnu-nm "$2" | awk '{ print $NF }' | grep -E "$1" || true)
  [[ -z $found ]] || {
    note "${2#"$share"/} links:" $found
    return 1
  }
}

has_no_allocator() { without "$allocator" "$1"; }

has_no_unwinder() {
  without "$unwinder" "$1" || return
  [[ -z $(sections "$1" | grep -E '^\.(eh_frame|gcc_except_table)' || true) ]] || {
    note "${1#"$share"/} holds unwind tables"
    return 1
  }
}

has_no_static_constructors() {
  [[ -z $(sections "$1" | grep -E '^\.(init_array|ctors|preinit_array)' || true) ]] || {
    note "${1#"$share"/} has static constructors"
    return 1
  }
}

target_size_budget() { each_vmm size_of_vmm; }
target_no_allocator() { each_vmm has_no_allocator; }
target_no_static_constructors() { each_vmm has_no_static_constructors; }
target_no_unwinder() { each_vmm has_no_unwinder; }
