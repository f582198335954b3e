# SPDX-License-Identifier: BSD-2-Clause
# Runs a system under the counting plugin, and reads what it counted.
# shellcheck shell=bash

# The operations are done this often; a section's own marker is an instruction too.
rounds=1000

build_plugin() {
  newer_than_all "$bench/count.so" "$root"/tests/bench/plugin/* && return
  quietly "$build/log/bench-plugin.log" g++ -std=c++23 -O2 -Wall -Wextra -Werror -shared -fPIC \
    -o "$bench/count.so" "$root/tests/bench/plugin/count.cpp"
}

# bench_folder NAME: a folder with a system of tests/bench/systems and the images it names. Images of
# its own are made by `images_of_NAME FOLDER`, if there is such a function, with _ for -.
bench_folder() {
  local folder=$bench/$1
  mkdir -p "$folder"
  cp "$root/tests/bench/systems/$1.toml" "$folder/system.toml"
  ln -sfn "$build"/testbed-aarch64/guests/*.elf "$folder/"
  ln -sfn "$cache/guests/$bench_guest"/{vmlinuz,initramfs-virtio.cpio,initramfs-net.cpio} "$folder/"
  ln -sfn "$cache/guests/initramfs.cpio" "$folder/initramfs.cpio"
  if_there "images_of_${1//-/_}" "$folder"
  printf '%s\n' "$folder"
}

# command_line FOLDER: what a system's one guest is started with.
command_line() { sed -nE 's/^cmdline = "(.*)"$/\1/p' "$1/system.toml"; }

# plugin_arguments PLATFORM COUNTS: QEMU's, which tell the programs of a platform apart.
plugin_arguments() {
  local program plugin=$bench/count.so programs=$share/$1
  [[ $1 != sel4 ]] || programs=$share/sel4-release
  for program in "$programs"/*.elf; do plugin+=,program=$program; done
  printf '%s\n' -plugin "$plugin" -d plugin -D "$2"
}

# count_on PLATFORM NAME: runs a system under the plugin, which leaves NAME/PLATFORM.counts. What
# `qemu_arguments_of_NAME` prints, if there is such a function, is for QEMU, an argument a line; what
# `until_of_NAME` prints is what the console shows at the end, where guests never end.
count_on() {
  local platform=$1 folder argument
  folder=$(bench_folder "$2")
  local -a arguments=()
  while read -r argument; do
    arguments+=("--qemu-arg=$argument")
  done < <(plugin_arguments "$platform" "$folder/$platform.counts"
    printf '%s\n' -rtc base=2026-01-01,clock=vm
    if_there "qemu_arguments_of_${2//-/_}")
  step "counting: $2 on $platform"
  rm -f "$folder/$platform.counts"
  # A guest that owns the console says itself that it is off.
  argument=$(if_there "until_of_${2//-/_}")
  [[ -z $argument ]] || arguments+=(--until "$argument")
  ! grep -q 'console = "none"' "$folder/system.toml" || arguments+=(--until 'reboot: Power down')
  quietly "$folder/$platform.log" "$serai" run "$folder/system.toml" --platform "$platform" \
    --icount --timeout "$bench_seconds" "${arguments[@]}"
}

# counted PLATFORM SYSTEM SECTION WHAT: instructions of a section; WHAT is hypervisor, guest, other
# (protection domains), one of them by its program's name, added (all but the guest) or all; or how
# many: entries, exits, faults (see the plugin).
counted() {
  awk -v section="$3" -v what="$4" '
    $1 == "section" && $2 == section {
      for (i = 3; i < NF; i += 2) value[$i] = $(i + 1)
      value["added"] = value["hypervisor"] + value["other"]
      value["all"] = value["added"] + value["guest"]
      print value[what]
      found = 1
    }
    END { if (!found) print "missing" }' "$bench/$2/$1.counts" 2>/dev/null || echo missing
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

# per COUNT SYSTEM SECTION WHAT: the share of each of COUNT operations that a section holds.
per() {
  local total
  total=$(counted "$platform" "$2" "$3" "$4")
  awk -v total="$total" -v count="$1" \
    'BEGIN { if (total == "" || total == "missing") print "missing"; else printf (total / count < 10 ? "%.3f\n" : "%.0f\n"), total / count }'
}

# exits_there: what of the plugin's counts a VMM is told of. The testbed's program has no function for
# it that could be counted, so there it is all exits.
exits_there() { goal exits faults; }

# sum A B: of two figures, either of which may be missing.
sum() { [[ "$1 $2" == *missing* ]] && echo missing || awk -v a="$1" -v b="$2" 'BEGIN { print a + b }'; }
