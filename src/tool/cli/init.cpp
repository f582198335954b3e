// SPDX-License-Identifier: BSD-2-Clause
#include "tool/cli/init.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fmt/format.h>
#include <system_error>

namespace serai::tool {

namespace {

constexpr std::string_view text =
    R"(# A system for Serai. `serai check` says what is wrong with it, `serai explain` what it becomes,
# `serai run` runs it. Lines that begin with # are comments; the values in them are the defaults,
# or examples where there is none.

[system]
# board = "qemu-virt-aarch64"
# external = "parts.system"     # domains of one's own beside Serai's; those may then also be:
# console = "serai"             # or "external"
# timer = "serai"               # or "external"

# A virtual machine and its name: a lower-case letter, then letters, digits, _ and -.
# There may be several.
[vm.linux]
# An arm64 Linux kernel (plain, gzip or EFI zboot), an ELF file, or with format = "raw" anything.
# The path starts at this file's folder. Debian's kernel is the file vmlinuz-*-arm64 in /boot.
kernel = "vmlinuz"

# initrd = "initrd.img"
# cmdline = ""                  # the kernel's command line, up to 2047 bytes
# memory = "256M"               # a multiple of 2M
# vcpus = 1                     # one, so far
# priority = 50                 # 1 to 100: of two VMs that can run, the higher one does
# budget = "5ms"                # may run for so long ...
# period = "10ms"               # ... in each such period; left out: no limit
# console = "pl011"             # or "virtio" (cmdline = "console=hvc0"), or "none"
# rtc = true                    # a clock (PL031); or the time it starts at: 2026-01-31T12:00:00Z
# unclaimed = "abort"           # an access where nothing is: abort, ignore or stop the VM
# dtb_overlay = "overlay.dtso"  # changes to the device tree that Serai makes
# format = "auto"               # or "raw", loaded at `load` or else at the start of the memory
# load = 0x40000000

# Disks, networks and other devices (VirtIO). `serai explain` shows who can reach which. A file is
# used as it is: what the guest writes stays. One in memory begins anew each time.
# [disk.root]
# file = "disk.img"             # made for example with: truncate -s 1G disk.img
# store = "file"                # or "memory": copied, and forgotten at the end; or "external"
# memory = "64M"                # instead of a file, or for more room behind its contents
# size = "1G"                   # a file of any other size is refused; left out: any
# read_only = false
# crash_after = 1000            # for trying: who serves it crashes after so many; left out: never

# [network.lan]
# external = false              # true: one of the domains of `external` above serves it
# uplink = true                 # the outside, as far as `forward` lets it in; left out: false
# forward = ["tcp:127.0.0.1:2222-:22"]  # a port of this machine leads to a guest's

# [[vm.linux.device]]
# disk = "root"
# partition = 1                 # left out: all of it
# read_only = false
# queues = 1                    # of a network device: pairs of queues

# [[vm.linux.device]]
# network = "lan"
# mac = "52:54:00:12:34:56"     # left out: one that Serai finds
# vlan = 1                      # left out: none
# trunk = false                 # true: frames of all VLANs, with their tags
# any_mac = false               # true: a bridge is behind it
# group = "red"                 # left out: none; groups do not see each other
# rate = "100Mbit"              # sends at most; left out: no limit
# burst = "128K"                # and so much at once
# mtu = 1500
# offloads = true

# [[vm.linux.device]]
# kind = "console"              # beside the VM's own
# ports = 1                     # up to 8; those behind the first are no consoles: /dev/vport0p1

# [[vm.linux.device]]
# kind = "vsock"                # or "rng" for random numbers
# cid = 3                       # left out: the next that is free
# transport = "pci"             # or "mmio"; of any device, as are:
# queue_size = 256
# packed = true

# A device of the board for this VM alone. `serai explain` shows where it goes.
# [[vm.linux.passthrough]]
# device = "rtc"
)";

}  // namespace

std::string_view initial_system() {
  return text;
}

std::expected<std::filesystem::path, std::string> write_initial_system(
    const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    return std::unexpected(fmt::format("{} cannot be made: {}", folder.string(), error.message()));
  }
  const std::filesystem::path path = folder / "system.toml";
  // "x": only if there is no such file yet.
  std::FILE* file = std::fopen(path.c_str(), "wxe");
  if (file == nullptr) {
    return std::unexpected(fmt::format("{} cannot be written: {}", path.string(),
                                       errno == EEXIST
                                           ? "it is there already, and Serai does not write over it"
                                           : std::strerror(errno)));
  }
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  if (std::fclose(file) != 0 || !written) {
    std::filesystem::remove(path, error);
    return std::unexpected(fmt::format("{} cannot be written", path.string()));
  }
  return path;
}

}  // namespace serai::tool
