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
# `serai run` runs it. Lines that begin with # are comments; the values in them are the defaults.

[system]
# board = "qemu-virt-aarch64"

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
# console = "pl011"             # or "none"
# rtc = true                    # a clock (PL031); or the time it starts at: 2026-01-31T12:00:00Z
# unclaimed = "abort"           # an access where nothing is: abort, ignore or stop the VM
# dtb_overlay = "overlay.dtso"  # changes to the device tree that Serai makes
# format = "auto"               # or "raw", loaded at `load` or else at the start of the memory
# load = 0x40000000

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
