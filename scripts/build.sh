# SPDX-License-Identifier: BSD-2-Clause
# Builds the tool and the programs, and lays them out as the tool expects them beside itself.
# shellcheck shell=bash
source "$root/scripts/setup.sh"

jobs=${SERAI_JOBS:-$(nproc)}

# configure PRESET FOLDER [OPTION...]: configures a build tree unless that is done already.
configure() {
  local preset=$1 folder=$2 options="${*:3}"
  local stamp=$folder/configured
  [[ -e $stamp && -e $folder/build.ninja && $(<"$stamp") == "$options" &&
    ! $root/CMakePresets.json -nt $stamp ]] && return
  quietly "$build/log/configure-$(basename "$folder").log" \
    cmake -S "$root" --preset "$preset" -B "$folder" "${@:3}" || return
  printf '%s\n' "$options" >"$stamp"
}

# compile FOLDER [TARGET...]: builds a configured tree.
compile() {
  local folder=$1
  shift
  quietly "$build/log/build-$(basename "$folder").log" \
    cmake --build "$folder" --parallel "$jobs" ${1:+--target "$@"}
}

# lay_out NAME FILE...: copies files to share/serai/NAME, only those that changed.
lay_out() {
  local target=$share/$1
  shift
  mkdir -p "$target"
  cp --update --preserve=timestamps "$@" "$target/"
}

build_host() {
  step "building the tool"
  configure host "$build/host" -DBUILD_TESTING=OFF || return
  compile "$build/host" serai || return
  mkdir -p "$build/bin"
  cp --update --preserve=timestamps "$build/host/src/tool/serai" "$serai" || return
  lay_out boards "$root"/boards/*.toml
}

build_testbed() {
  step "building the programs for the testbed"
  configure testbed-aarch64 "$build/testbed-aarch64" || return
  compile "$build/testbed-aarch64" || return
  lay_out testbed "$build"/testbed-aarch64/programs/*.elf \
    "$build"/testbed-aarch64/testbed/testbed.bin
}

# build_microkit CONFIG: the programs for seL4's debug or release kernel.
build_microkit() {
  local folder=$build/microkit-$1
  step "building the programs for seL4 ($1 kernel)"
  configure microkit-aarch64 "$folder" "-DMICROKIT_SDK=$MICROKIT_SDK" \
    "-DMICROKIT_CONFIG=$1" || return
  compile "$folder" || return
  lay_out "sel4-$1" "$folder"/programs/*.elf
}

# build_all: fails as soon as one of its parts does, also where the shell does not stop by itself.
build_all() {
  build_host || return
  build_testbed || return
  have_sdk || return 0
  build_microkit release || return
  build_microkit debug
}

verb_build() {
  ensure_packages demo
  build_all || exit
  note "the tool: ${serai#"$root"/}"
}
