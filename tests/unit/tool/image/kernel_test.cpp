// SPDX-License-Identifier: BSD-2-Clause
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel_files.hpp"
#include "tool/image/kernel_formats.hpp"

namespace serai::tool {
namespace {

using testing::HasSubstr;

const Bytes image = make_image(0x0, 0x20'0000);

TEST(LinuxImage, IsReadAsItsHeaderSays) {
  const auto kernel = read_kernel(make_image(0x8'0000, 0x123'4000));
  ASSERT_TRUE(kernel.has_value()) << kernel.error().what;
  EXPECT_EQ(kernel->format, KernelFormat::linux_image);
  EXPECT_EQ(kernel->compression, "");
  EXPECT_EQ(kernel->text_offset, 0x8'0000U);
  EXPECT_EQ(kernel->image_size, 0x123'4000U);
  EXPECT_EQ(kernel->entry, 0U);
  ASSERT_EQ(kernel->segments.size(), 1U);
  EXPECT_EQ(kernel->segments[0].bytes, make_image(0x8'0000, 0x123'4000));
  EXPECT_EQ(kernel->segments[0].memory_size, 10'000U);
}

TEST(LinuxImage, NeedsAtLeastItsOwnBytes) {
  EXPECT_EQ(read_kernel(make_image(0, 5'000))->image_size, 10'000U);
}

TEST(LinuxImage, WithoutASizeIsAnOldOne) {
  const auto kernel = read_kernel(make_image(0x1234, 0));
  ASSERT_TRUE(kernel.has_value());
  EXPECT_EQ(kernel->text_offset, 0x8'0000U);
  EXPECT_GT(kernel->image_size, 1'000'000U);
}

TEST(LinuxImage, CutOffIsSeenByItsSections) {
  Bytes bytes = make_image(0, 0x20'0000);
  put(bytes, 60, std::uint32_t{0x80});
  put_text(bytes, 0x80, {"PE\0\0", 4});
  put(bytes, 0x86, std::uint16_t{1});
  put(bytes, 0x94, std::uint16_t{0xa0});
  const std::size_t section = 0x80 + 24 + 0xa0;
  put(bytes, section + 16, std::uint32_t{9'000});
  put(bytes, section + 20, std::uint32_t{1'000});
  EXPECT_TRUE(read_kernel(bytes).has_value());
  bytes.resize(9'999);
  EXPECT_EQ(read_kernel(bytes).error().what,
            "this arm64 kernel is cut off: 9999 of 10000 bytes are there");
}

struct Packing {
  const char* name;
  Bytes bytes;
};

class PackedKernel : public testing::TestWithParam<Packing> {};

TEST_P(PackedKernel, IsUnpacked) {
  const auto kernel = read_kernel(GetParam().bytes);
  ASSERT_TRUE(kernel.has_value()) << kernel.error().what;
  EXPECT_EQ(kernel->compression, GetParam().name);
  EXPECT_EQ(kernel->segments.at(0).bytes, image);
}

TEST_P(PackedKernel, CutOffAnywhereIsRefused) {
  const Bytes& whole = GetParam().bytes;
  // The four bytes behind a zboot payload may go.
  for (std::size_t size = 0; size + 5 < whole.size(); size += 97) {
    const Bytes part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_FALSE(read_kernel(part).has_value()) << size;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Image, PackedKernel,
    testing::Values(Packing{"gzip", pack_gzip(image)}, Packing{"zstd", pack_zstd(image)},
                    Packing{"xz", pack_lzma(image, true)}, Packing{"lz4", pack_lz4(image)},
                    Packing{"zboot (gzip)", make_zboot(pack_gzip(image), "gzip", 0)},
                    Packing{"zboot (zstd)", make_zboot(pack_zstd(image), "zstd22")},
                    Packing{"zboot (xz)", make_zboot(pack_lzma(image, true), "xzkern")},
                    Packing{"zboot (lzma)", make_zboot(pack_lzma(image, false), "lzma")},
                    Packing{"zboot (lz4)", make_zboot(pack_lz4(image), "lz4")}),
    [](const auto& packing) {
      std::string name = packing.param.name;
      std::erase_if(name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; });
      return name;
    });

TEST(Unpack, StopsABombAtTheLimit) {
  const Bytes zeros(1'000'000);
  for (const auto& [packed, name] :
       {std::pair{pack_gzip(zeros), "gzip"}, std::pair{pack_zstd(zeros), "zstd"},
        std::pair{pack_lzma(zeros, true), "xz"}, std::pair{pack_lz4(zeros), "lz4"}}) {
    const auto unpacked = compression_named(name)->unpack(packed, 300'000);
    ASSERT_FALSE(unpacked.has_value()) << name;
    EXPECT_THAT(unpacked.error().what, HasSubstr("unpacks to more than"));
    EXPECT_EQ(*compression_named(name)->unpack(packed, 1'500'000), zeros) << name;
  }
}

TEST(Unpack, EveryMethodNoticesDamage) {
  for (const auto& [packed, name] :
       {std::pair{pack_gzip(image), "gzip"}, std::pair{pack_lzma(image, true), "xz"}}) {
    Bytes damaged = packed;
    damaged[damaged.size() / 2] ^= std::byte{0x10};
    EXPECT_EQ(read_kernel(damaged).error().what,
              std::string("the ") + name + " data is damaged or cut off");
  }
}

TEST(Elf, IsReadAtItsPhysicalAddresses) {
  const auto kernel = read_kernel(make_elf());
  ASSERT_TRUE(kernel.has_value()) << kernel.error().what;
  EXPECT_EQ(kernel->format, KernelFormat::elf);
  EXPECT_EQ(kernel->entry, 0x4008'0010U);
  EXPECT_EQ(kernel->image_size, 0x1'2000U);
  ASSERT_EQ(kernel->segments.size(), 2U);
  EXPECT_EQ(kernel->segments[0].offset, 0x4008'0000U);
  EXPECT_EQ(kernel->segments[0].bytes.size(), 0x100U);
  EXPECT_EQ(kernel->segments[1].offset, 0x4009'0000U);
  EXPECT_EQ(kernel->segments[1].memory_size, 0x2000U);
}

TEST(Elf, PackedIsUnpacked) {
  EXPECT_EQ(read_kernel(pack_gzip(make_elf()))->format, KernelFormat::elf);
}

template <class T>
Bytes elf_with(std::size_t offset, T value) {
  Bytes bytes = make_elf();
  put(bytes, offset, value);
  return bytes;
}

struct Refused {
  const char* name;
  std::function<Bytes()> make;
  const char* what;
};

class RefusedKernel : public testing::TestWithParam<Refused> {};

TEST_P(RefusedKernel, IsExplained) {
  const auto kernel = read_kernel(GetParam().make());
  ASSERT_FALSE(kernel.has_value());
  EXPECT_EQ(kernel.error().what, GetParam().what);
  EXPECT_FALSE(kernel.error().hint.empty());
}

Bytes with_text(std::size_t offset, std::string_view text) {
  Bytes bytes(1024);
  put_text(bytes, offset, text);
  return bytes;
}

constexpr std::size_t data_header = sizeof(Elf64_Ehdr);

const Refused refused[] = {
    {"empty", [] { return Bytes(); }, "the file is empty"},
    {"zeros", [] { return Bytes(4096); },
     "this is no arm64 kernel: neither a Linux Image, perhaps packed, nor an ELF file"},
    {"x86", [] { return with_text(0x202, "HdrS"); },
     "this is a Linux kernel for x86, not for arm64"},
    {"arm32", [] { return with_text(0x24, "\x18\x28\x6f\x01"); },
     "this is a Linux kernel for 32-bit Arm (zImage), not for arm64"},
    {"riscv", [] { return with_text(56, "RSC\x05"); },
     "this is a Linux kernel for RISC-V, not for arm64"},
    {"uimage", [] { return with_text(0, "\x27\x05\x19\x56"); },
     "this is a uImage, a kernel wrapped for U-Boot"},
    {"device_tree", [] { return with_text(0, "\xd0\x0d\xfe\xed"); },
     "this is a device tree or a FIT image, not a kernel"},
    {"android", [] { return with_text(0, "ANDROID!"); },
     "this is an Android boot image, not a kernel"},
    {"initrd", [] { return with_text(0, "070701"); },
     "this is an initrd (a cpio archive), not a kernel"},
    {"packed_initrd", [] { return pack_gzip(with_text(0, "070701")); },
     "unpacked from gzip, this is an initrd (a cpio archive), not a kernel"},
    {"package", [] { return with_text(0, "!<arch>\n"); },
     "this is a package or a library archive, not a kernel"},
    {"qcow2", [] { return with_text(0, "QFI\xfb"); }, "this is a disk image (qcow2), not a kernel"},
    {"bzip2", [] { return with_text(0, "BZh9"); }, "this file is packed with bzip2"},
    {"script", [] { return with_text(0, "#!/bin/sh"); }, "this is a script, not a kernel"},
    {"efi", [] { return with_text(0, "MZ"); },
     "this is an EFI program, but not an arm64 Linux kernel"},
    {"big_endian", [] { return make_image(0, 0x1000, 1); },
     "this is a big-endian arm64 kernel, and guests are little-endian"},
    {"header_cut_off", [] { return make_image(0, 0x1000, 0, 60); },
     "this is no arm64 kernel: neither a Linux Image, perhaps packed, nor an ELF file"},
    {"text_offset", [] { return make_image(0x123, 0x1000); },
     "this arm64 kernel's header is damaged: text offset 0x123, size 0x1000"},
    {"image_size", [] { return make_image(0, ~std::uint64_t{0}); },
     "this arm64 kernel's header is damaged: text offset 0x0, size 0xffffffffffffffff"},
    {"zboot_lzo", [] { return make_zboot(image, "lzo"); },
     "this EFI zboot kernel is packed with 'lzo', which is not known"},
    {"zboot_control", [] { return make_zboot(image, "\x1b[2J"); },
     "this EFI zboot kernel is packed with '?[2J', which is not known"},
    {"zboot_unpacks_to_nonsense", [] { return make_zboot(pack_gzip(Bytes(5000)), "gzip"); },
     "unpacked from zboot (gzip), this is no arm64 kernel: neither a Linux Image, perhaps packed, "
     "nor an ELF file"},
    {"elf_x86", [] { return elf_with(18, std::uint16_t{EM_X86_64}); },
     "this is an ELF file for x86-64, not for arm64"},
    {"elf_unheard_of", [] { return elf_with(18, std::uint16_t{777}); },
     "this is an ELF file for machine number 777, not for arm64"},
    {"elf_big_endian", [] { return elf_with(EI_DATA, std::uint8_t{ELFDATA2MSB}); },
     "this is a big-endian ELF file"},
    {"elf_32", [] { return elf_with(EI_CLASS, std::uint8_t{ELFCLASS32}); },
     "this is a 32-bit ELF file"},
    {"elf_object", [] { return elf_with(16, std::uint16_t{ET_REL}); },
     "this is an object file or a kernel module, not a kernel"},
    {"elf_core", [] { return elf_with(16, std::uint16_t{ET_CORE}); },
     "this ELF file is not a program"},
    {"elf_table_outside", [] { return elf_with(32, std::uint64_t{0x10'0000}); },
     "this ELF file is cut off or damaged"},
    {"elf_table_wraps", [] { return elf_with(32, ~std::uint64_t{0} - 40); },
     "this ELF file is cut off or damaged"},
    {"elf_segment_outside", [] { return elf_with(data_header + 8, std::uint64_t{0x1111}); },
     "this ELF file is cut off or damaged"},
    {"elf_segment_wraps", [] { return elf_with(data_header + 40, ~std::uint64_t{0}); },
     "this ELF file is cut off or damaged"},
    {"elf_segments_overlap", [] { return elf_with(data_header + 24, std::uint64_t{0x4007'f000}); },
     "two segments of this ELF file overlap"},
    {"elf_vmlinux", [] { return elf_with(data_header + 24, 0xffff'8000'0801'0000ULL); },
     "this ELF file is to be loaded at 0xffff800008010000, which is no physical address of a "
     "guest"},
    {"elf_nothing", [] { return elf_with(56, std::uint16_t{0}); },
     "this ELF file has nothing to load"},
    {"elf_entry", [] { return elf_with(24, std::uint64_t{16}); },
     "this ELF file's entry point 0x10 lies in none of its segments"},
};

INSTANTIATE_TEST_SUITE_P(Image, RefusedKernel, testing::ValuesIn(refused),
                         [](const auto& fault) { return fault.param.name; });

TEST(RefusedElf, CutOffAnywhere) {
  const Bytes whole = make_elf();
  for (std::size_t size = 4; size < whole.size(); ++size) {
    const Bytes part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(read_kernel(part).error().what, "this ELF file is cut off or damaged") << size;
  }
}

}  // namespace
}  // namespace serai::tool
