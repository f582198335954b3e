# SPDX-License-Identifier: BSD-2-Clause
# Installs Debian packages, only those that are missing.
# shellcheck shell=bash

# To build the tool and the programs, to fetch a guest and to run it.
packages_demo=(
  ca-certificates cmake cpio debian-archive-keyring g++ g++-aarch64-linux-gnu git libarchive-dev
  kmod libcli11-dev libelf-dev libfdt-dev libfmt-dev liblz4-dev liblzma-dev libpugixml-dev
  libtomlplusplus-dev libzstd-dev nettle-dev ninja-build nlohmann-json3-dev pkg-config qemu-system-arm
  xz-utils zlib1g-dev
)
# To make disks for guests as well.
packages_examples=("${packages_demo[@]}" e2fsprogs fakeroot fdisk)
# To test it as well.
packages_test=(
  "${packages_examples[@]}" clang-19 clang-format-19 clang-tidy-19 device-tree-compiler
  libclang-rt-19-dev libgmock-dev libgtest-dev librapidcheck-dev shellcheck
)
packages_bench=("${packages_demo[@]}" device-tree-compiler)
packages_format=(clang-format-19)
packages_all=("${packages_test[@]}")

# missing_packages PACKAGE...: those that are not installed.
missing_packages() {
  local package
  for package in "$@"; do
    [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
      printf '%s\n' "$package"
  done
}

# as_root COMMAND...: runs it with the rights that installing takes.
as_root() {
  if ((EUID == 0)); then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    die "no right to install packages, and no sudo; as root, run:" "$*"
  fi
}

apt_install() {
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install --yes --no-install-recommends -o Dpkg::Use-Pty=0 "$@"
}

# ensure_packages SET: installs what is missing of demo, examples, test, bench, format or all.
ensure_packages() {
  local -n set=packages_$1
  local -a missing
  mapfile -t missing < <(missing_packages "${set[@]}")
  ((${#missing[@]} > 0)) || return 0
  command -v apt-get >/dev/null || die "this needs Debian 12's packages:" "${missing[*]}"
  step "installing Debian packages"
  note "${missing[*]}"
  # The lists that are there may be old, or none at all: then once more with fresh ones.
  quietly "$build/log/install.log" apt_install "${missing[@]}" && return
  note "once more, with fresh package lists"
  quietly "$build/log/update.log" as_root apt-get update
  quietly "$build/log/install.log" apt_install "${missing[@]}"
}

verb_setup() {
  local set=${1:-all}
  [[ $set =~ ^(demo|examples|test|bench|all)$ ]] || die "unknown set of packages: $set"
  ensure_packages "$set"
  note "everything that ./dev needs is installed"
}
