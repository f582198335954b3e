// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <array>
#include <fmt/core.h>

#include "tool/image/file_bytes.hpp"
#include "tool/image/kernel_formats.hpp"

namespace serai::tool {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view arm64_hint =
    "use an arm64 kernel, for example the vmlinuz of Debian's package linux-image-arm64";

/// Something that is often taken for a kernel, and what tells it.
struct Foreign {
  std::uint64_t offset;
  std::string_view magic;
  std::string_view what;
  std::string_view hint;
};

constexpr std::array foreigners{
    Foreign{0x202, "HdrS"sv, "this is a Linux kernel for x86, not for arm64", arm64_hint},
    Foreign{0x24, "\x18\x28\x6f\x01"sv,
            "this is a Linux kernel for 32-bit Arm (zImage), not for arm64", arm64_hint},
    Foreign{56, "RSC\x05"sv, "this is a Linux kernel for RISC-V, not for arm64", arm64_hint},
    Foreign{0, "\x27\x05\x19\x56"sv, "this is a uImage, a kernel wrapped for U-Boot",
            "give the kernel inside it: an Image, as the kernel's build leaves it in "
            "arch/arm64/boot"},
    Foreign{0, "\xd0\x0d\xfe\xed"sv, "this is a device tree or a FIT image, not a kernel",
            "give the kernel itself; the device tree is generated"},
    Foreign{0, "ANDROID!"sv, "this is an Android boot image, not a kernel",
            "unpack it and give the kernel inside"},
    Foreign{0, "070701"sv, "this is an initrd (a cpio archive), not a kernel",
            "name it as 'initrd' instead"},
    Foreign{0, "!<arch>\n"sv, "this is a package or a library archive, not a kernel",
            "unpack it: 'dpkg-deb -x FILE FOLDER' leaves the kernel in FOLDER/boot"},
    Foreign{0, "QFI\xfb"sv, "this is a disk image (qcow2), not a kernel",
            "give the kernel file, which lies in the disk's /boot"},
    Foreign{0, "BZh"sv, "this file is packed with bzip2", "unpack it with bunzip2 first"},
    Foreign{0, "\x04\x22\x4d\x18"sv, "this file is packed with lz4 in a form not known here",
            "unpack it with unlz4 first"},
    Foreign{0, "#!"sv, "this is a script, not a kernel", arm64_hint},
    Foreign{0, "MZ"sv, "this is an EFI program, but not an arm64 Linux kernel", arm64_hint},
};

}  // namespace

ImageError explain_foreign(std::span<const std::byte> bytes) {
  const FileBytes file(bytes);
  if (bytes.empty()) {
    return {.what = "the file is empty", .hint = std::string(arm64_hint)};
  }
  const auto found = std::ranges::find_if(
      foreigners, [&](const Foreign& foreign) { return file.has(foreign.offset, foreign.magic); });
  if (found != foreigners.end()) {
    return {.what = std::string(found->what), .hint = std::string(found->hint)};
  }
  return {.what = "this is no arm64 kernel: neither a Linux Image, perhaps packed, nor an ELF file",
          .hint = "a binary without a header can be given as 'format = \"raw\"'"};
}

}  // namespace serai::tool
