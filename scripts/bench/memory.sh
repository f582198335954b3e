# SPDX-License-Identifier: BSD-2-Clause
# Row P13: what a VMM takes of memory beside its guest's RAM, images and queues, and what idle VMs
# take of a busy one's time.
# shellcheck shell=bash

systems_P13=busy

# Idle guests never end.
until_of_busy() { echo 'busy] off'; }

page_bytes=4096
# What guests/bench/busy.S executes between its marks.
busy_instructions=800000002

images_of_typical() { truncate -s 4M "$1/disk.img"; }

# program_of PLATFORM: the VMM that the platform's systems are built from.
program_of() { [[ $1 == testbed ]] && echo "$share/testbed/vmm.elf" || echo "$share/sel4-release/vmm.elf"; }

# in_pages BYTES: rounded up.
in_pages() { echo $((($1 + page_bytes - 1) / page_bytes * page_bytes)); }

# segment_bytes PROGRAM: what its segments take, in pages.
segment_bytes() {
  local size sum=0
  while read -r size; do sum=$((sum + $(in_pages "$size"))); done < <(
    aarch64-linux-gnu-readelf --segments --wide "$1" | awk '$1 == "LOAD" { print $6 }'
  )
  echo "$sum"
}

# explained FILE NAME KEY: the number behind KEY that follows first after the entry called NAME.
explained() {
  awk -v name="\"name\": \"$2\"" -v key="\"$3\":" '
    index($0, name) { found = 1 }
    found && index($0, key) { gsub(/[^0-9]/, ""); print; exit }' "$1"
}

# vmm_memory PLATFORM: of the only VM of tests/bench/systems/typical.toml.
vmm_memory() {
  local folder facts
  folder=$(bench_folder typical)
  facts=$folder/facts.json
  "$serai" explain --json "$folder/system.toml" >"$facts" || return
  # The last page is the buffer for messages to the kernel.
  echo $(($(segment_bytes "$(program_of "$1")") + $(explained "$facts" linux_vmm stack_bytes) +
    $(in_pages "$(explained "$facts" configuration size)") +
    $(explained "$facts" linux_devices size) + page_bytes))
}

# idle_loss PLATFORM: per cent of the busy VM's own instructions that others executed meanwhile.
idle_loss() {
  local total
  total=$(counted "$1" busy 1 all)
  [[ $total == missing ]] && echo missing ||
    awk -v total="$total" -v own="$busy_instructions" 'BEGIN { printf "%.3f\n", (total / own - 1) * 100 }'
}

rows_P13() {
  row P13 'VMM of a VM with console, disk and network' "$platform" "$(vmm_memory "$platform")" bytes 262144
  row P13 '16 idle VMs beside a busy one' "$platform" "$(idle_loss "$platform")" percent 2
}
