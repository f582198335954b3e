# SPDX-License-Identifier: BSD-2-Clause
# ./dev bench: counts executed instructions, the same on every machine. What is counted is marked by
# the guests themselves (guests/bench, guests/linux/mark.S) and counted by a plugin of QEMU's
# (tests/bench/plugin), so that no guest's clock is trusted.
# shellcheck shell=bash
source "$root/scripts/build.sh"
source "$root/scripts/guests.sh"

bench=$build/bench
bench_guest=debian-12-generic
bench_seconds=240

# Markers of guests/bench/bench.S: how often each operation is done, and how long the timer runs. A
# section's own marker is an instruction too. On a bare QEMU the timer's section takes 65534.
rounds=1000
timer_wait=65534

build_plugin() {
  [[ $bench/count.so -nt $root/tests/bench/plugin/count.cpp ]] && return
  quietly "$build/log/bench-plugin.log" g++ -std=c++23 -O2 -Wall -Wextra -Werror -shared -fPIC \
    -o "$bench/count.so" "$root/tests/bench/plugin/count.cpp"
}

# bench_folder NAME: a folder with a system of tests/bench/systems and the images it names.
bench_folder() {
  local folder=$bench/$1
  mkdir -p "$folder"
  cp "$root/tests/bench/systems/$1.toml" "$folder/system.toml"
  ln -sfn "$build"/testbed-aarch64/guests/{bench,doorbell}.elf "$folder/"
  ln -sfn "$cache/guests/$bench_guest/vmlinuz" "$folder/vmlinuz"
  ln -sfn "$cache/guests/initramfs.cpio" "$folder/initramfs.cpio"
  printf '%s\n' "$folder"
}

# count_on PLATFORM NAME: runs a system under the plugin, which leaves NAME/PLATFORM.counts.
count_on() {
  local platform=$1 folder argument
  folder=$(bench_folder "$2")
  local -a arguments=()
  for argument in -plugin "$bench/count.so" -d plugin -D "$folder/$platform.counts" \
    -rtc base=2026-01-01,clock=vm; do
    arguments+=("--qemu-arg=$argument")
  done
  step "counting: $2 on $platform"
  # A guest that owns the console says itself that it is off.
  ! grep -q 'console = "none"' "$folder/system.toml" || arguments+=(--until 'reboot: Power down')
  quietly "$folder/$platform.log" "$serai" run "$folder/system.toml" --platform "$platform" \
    --icount --timeout "$bench_seconds" "${arguments[@]}"
}

# What bare QEMU's device tree holds beyond what the guest has: looking for it costs a kernel millions
# of instructions, which would flatter us.
extra_devices='^(pcie|virtio_mmio|fw-cfg|flash|pl031|pl061|gpio-keys|platform-bus|pmu)'

# bare_tree MACHINE FILE: QEMU's own device tree without those.
bare_tree() {
  local node
  qemu-system-aarch64 -nographic -nic none -cpu cortex-a53 -m 256 -machine "$1,dumpdtb=$2" \
    </dev/null || return
  for node in $(fdtget -l "$2" / | grep -E "$extra_devices"); do fdtput -r "$2" "/$node" || return; done
  for node in $(fdtget -l "$2" /intc@8000000); do fdtput -r "$2" "/intc@8000000/$node" || return; done
}

# count_bare: the same kernel, initramfs, command line and devices on QEMU without a hypervisor.
count_bare() {
  local folder machine=virt,gic-version=2,highmem=off,dtb-randomness=off
  folder=$(bench_folder boot)
  step "counting: boot on a bare QEMU"
  quietly "$folder/tree.log" bare_tree "$machine" "$folder/bare.dtb" || return
  quietly "$folder/bare.log" timeout "$bench_seconds" qemu-system-aarch64 -nographic -nic none \
    -machine "$machine" -cpu cortex-a53 -m 256 \
    -icount shift=0,sleep=off -rtc base=2026-01-01,clock=vm \
    -kernel "$folder/vmlinuz" -initrd "$folder/initramfs.cpio" -dtb "$folder/bare.dtb" \
    -append "$(sed -nE 's/^cmdline = "(.*)"$/\1/p' "$folder/system.toml")" \
    -plugin "$bench/count.so" -d plugin -D "$folder/bare.counts"
}

# counted PLATFORM SYSTEM SECTION WHAT: instructions of a section; WHAT is hypervisor, guest, other
# or all, or entries.
counted() {
  awk -v section="$3" -v what="$4" '
    $1 == "section" && $2 == section {
      for (i = 3; i < NF; i += 2) value[$i] = $(i + 1)
      value["all"] = value["hypervisor"] + value["guest"] + value["other"]
      print value[what]
      found = 1
    }
    END { if (!found) print "missing" }' "$bench/$2/$1.counts"
}

# each PLATFORM SECTION WHAT [LESS [SYSTEM]]: instructions of one operation, less the marker's own.
each() {
  local total entries system=${5:-bench}
  total=$(counted "$1" "$system" "$2" "$3")
  entries=$(counted "$1" "$system" "$2" entries)
  [[ $entries == "$rounds" ]] || {
    printf 'missing\n'
    return
  }
  awk -v total="$total" -v entries="$entries" -v less="${4:-0}" \
    'BEGIN { printf "%.1f\n", total / entries - less }'
}

# sum A B: of two figures, either of which may be missing.
sum() { [[ "$1 $2" == *missing* ]] && echo missing || awk -v a="$1" -v b="$2" 'BEGIN { print a + b }'; }

# row ROW METRIC PLATFORM VALUE UNIT GOAL: one line of the result, fields parted by tabs.
row() {
  local met=false
  [[ $4 == missing ]] || awk -v value="$4" -v goal="$6" 'BEGIN { exit !(value <= goal) }' && met=true
  [[ $4 != missing ]] || met=false
  printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$@" "$met"
}

# goal TESTBED SEL4: by platform.
goal() { [[ $platform == testbed ]] && echo "$1" || echo "$2"; }

rows_P1() {
  row P1 'PSCI_VERSION, round trip' "$platform" "$(each "$platform" 1 all 1)" instructions "$(goal 400 3150)"
  row P1 'PSCI_VERSION, VMM' "$platform" "$(each "$platform" 1 other)" instructions 120
}

rows_P2() {
  row P2 'distributor read, round trip' "$platform" "$(each "$platform" 2 all 1)" instructions 3080
  row P2 'distributor read, VMM' "$platform" "$(each "$platform" 2 other)" instructions 120
  row P2 'distributor write, round trip' "$platform" "$(each "$platform" 3 all 1)" instructions 2950
  row P2 'distributor write, VMM' "$platform" "$(each "$platform" 3 other)" instructions 120
}

rows_P3() {
  row P3 'VirtIO doorbell over PCI, round trip' "$platform" "$(each "$platform" 1 all 1 doorbell)" instructions 2550
  row P3 'VirtIO doorbell over MMIO, round trip' "$platform" "$(each "$platform" 2 all 1 doorbell)" instructions 2550
  row P3 'VirtIO doorbell over PCI, VMM' "$platform" "$(each "$platform" 1 other 0 doorbell)" instructions 120
}

rows_P4() {
  local latency
  latency=$(each "$platform" 4 all 1)
  row P4 'SGI to self, latency' "$platform" "$latency" instructions 3450
  row P4 'SGI to self, round trip' "$platform" \
    "$(sum "$latency" "$(each "$platform" 5 all 1)")" instructions 5350
}

rows_P5() {
  local latency
  latency=$(each "$platform" 6 all "$timer_wait")
  row P5 'virtual timer, latency' "$platform" "$latency" instructions 2290
  row P5 'virtual timer, round trip' "$platform" \
    "$(sum "$latency" "$(each "$platform" 7 all 1)")" instructions 4520
}

rows_P6() {
  row P6 'GICC access, outside the guest' "$platform" "$(each "$platform" 8 hypervisor)" instructions 0
  row P6 'EOI, outside the guest' "$platform" "$(each "$platform" 9 hypervisor)" instructions 0
  row P6 'WFI with an interrupt pending, outside the guest' "$platform" \
    "$(each "$platform" 10 hypervisor)" instructions 0
}

# image_bytes: what is copied into the guest before it starts.
image_bytes() { stat -L -c %s "$bench/boot/vmlinuz" "$bench/boot/initramfs.cpio" | awk '{ s += $1 } END { print s }'; }

rows_P12() {
  local bare here
  bare=$(counted bare boot boot all)
  here=$(counted "$platform" boot boot all)
  [[ "$bare $here" == *missing* ]] && here=missing ||
    here=$(awk -v a="$here" -v b="$bare" 'BEGIN { printf "%.5f", a / b }')
  row P12 'Debian to userland, against bare QEMU' "$platform" "$here" ratio 1.002
  # One copy: a load and a store for every eight bytes.
  row P12 'before the guest, PDs' "$platform" "$(counted "$platform" boot before other)" \
    instructions $((2000000 + $(image_bytes) / 4))
}

rows_P14() {
  row P14 'sleep 1 in the guest' "$platform" "$(counted "$platform" idle 2 all)" instructions 2500000
}

# as_table: the rows for a person.
as_table() {
  awk -F '\t' 'BEGIN { printf "%-4s %-8s %-50s %14s %12s  %s\n", "row", "platform", "metric", "value", "goal", "met" }
    { printf "%-4s %-8s %-50s %14s %12s  %s\n", $1, $3, $2, $4, "<= " $6, ($7 == "true" ? "yes" : "NO") }'
}

as_json() {
  awk -F '\t' 'BEGIN { printf "[" }
    { printf "%s\n  {\"row\": \"%s\", \"metric\": \"%s\", \"platform\": \"%s\", \"value\": %s, \"unit\": \"%s\", \"goal\": %s, \"met\": %s}",
        (NR > 1 ? "," : ""), $1, $2, $3, ($4 == "missing" ? "null" : $4), $5, $6, $7 }
    END { print "\n]" }'
}

# measure PLATFORM ROW...: runs what the rows need.
measure() {
  local platform=$1 wanted=" ${*:2} "
  [[ ! $wanted =~ \ P[12456]\  ]] || count_on "$platform" bench || return
  [[ $wanted != *' P3 '* ]] || count_on "$platform" doorbell || return
  [[ $wanted != *' P12 '* ]] || count_on "$platform" boot || return
  [[ $wanted != *' P14 '* ]] || count_on "$platform" idle
}

verb_bench() {
  local json='' name platform failed=0
  local -a rows=() platforms=(testbed)
  while (($# > 0)); do
    case $1 in
      --json) json=yes ;;
      P1 | P2 | P3 | P4 | P5 | P6 | P12 | P14) rows+=("$1") ;;
      *) die "unknown argument of bench: $1" "rows are P1 P2 P3 P4 P5 P6 P12 P14" ;;
    esac
    shift
  done
  ((${#rows[@]} > 0)) || rows=(P1 P2 P3 P4 P5 P6 P12 P14)
  ! have_sdk || platforms+=(sel4)
  ensure_packages bench
  build_all || exit
  demo_guest || exit
  mkdir -p "$bench"
  build_plugin || exit
  [[ " ${rows[*]} " != *' P12 '* ]] || count_bare || exit
  : >"$bench/rows"
  for platform in "${platforms[@]}"; do
    measure "$platform" "${rows[@]}" || failed=1
    for name in "${rows[@]}"; do "rows_$name" >>"$bench/rows"; done
  done
  if [[ -n $json ]]; then as_json <"$bench/rows"; else as_table <"$bench/rows"; fi
  return "$failed"
}
