// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <fmt/core.h>

#include "base/bits.hpp"
#include "tool/image/file_bytes.hpp"
#include "tool/image/kernel_formats.hpp"

namespace serai::tool {

namespace {

constexpr std::uint64_t magic_at = 56;

/// The header at the start of every arm64 Image.
struct ImageHeader {
  std::uint32_t code0;
  std::uint32_t code1;
  std::uint64_t text_offset;
  std::uint64_t image_size;
  std::uint64_t flags;
  std::uint64_t reserved[3];
  std::uint32_t magic;
  std::uint32_t pe_header_offset;
};

static_assert(sizeof(ImageHeader) == 64);

/// Kernels before 3.17 say no size: they all sit here, and their unnamed zero-initialised data
/// needs room behind the file.
constexpr std::uint64_t legacy_text_offset = 0x8'0000;
constexpr std::uint64_t legacy_room = std::uint64_t{4} << 20;

constexpr std::uint64_t most_text_offset = std::uint64_t{1} << 30;

/// The end of the last section that a PE header behind an Image's own announces, or 0.
std::uint64_t announced_file_size(const FileBytes& file, std::uint64_t pe_offset) {
  constexpr std::uint64_t section_count_at = 6;
  constexpr std::uint64_t optional_size_at = 20;
  constexpr std::uint64_t optional_header_at = 24;
  constexpr std::uint64_t section_bytes = 40;
  constexpr std::uint64_t raw_size_at = 16;
  constexpr std::uint64_t raw_offset_at = 20;
  const auto sections = file.u16(pe_offset + section_count_at);
  const auto optional_size = file.u16(pe_offset + optional_size_at);
  if (pe_offset == 0 || !file.has(pe_offset, {"PE\0\0", 4}) || !sections || !optional_size) {
    return 0;
  }
  std::uint64_t end = 0;
  for (std::uint64_t i = 0; i < *sections; ++i) {
    const std::uint64_t section =
        pe_offset + optional_header_at + *optional_size + i * section_bytes;
    const auto size = file.u32(section + raw_size_at);
    const auto offset = file.u32(section + raw_offset_at);
    if (size && offset) {
      end = std::max(end, std::uint64_t{*offset} + *size);
    }
  }
  return end;
}

}  // namespace

bool is_linux_image(std::span<const std::byte> bytes) {
  return FileBytes(bytes).has(magic_at, "ARM\x64");
}

LoadedKernel read_linux_image(Bytes bytes) {
  const FileBytes file(bytes);
  const auto header = file.at<ImageHeader>(0);
  if (!header) {
    return std::unexpected(explain_foreign(bytes));
  }
  if (test_bit(header->flags, 0)) {
    return std::unexpected(ImageError{
        .what = "this is a big-endian arm64 kernel, and guests are little-endian",
        .hint = "use a kernel built without CONFIG_CPU_BIG_ENDIAN",
    });
  }
  const std::uint64_t announced = announced_file_size(file, header->pe_header_offset);
  if (announced > bytes.size()) {
    return std::unexpected(ImageError{
        .what = fmt::format("this arm64 kernel is cut off: {} of {} bytes are there", bytes.size(),
                            announced),
        .hint = "copy the file again",
    });
  }
  const bool legacy = header->image_size == 0;
  const std::uint64_t text_offset = legacy ? legacy_text_offset : header->text_offset;
  constexpr std::uint64_t text_alignment = 0x1000;
  if (text_offset > most_text_offset || !is_aligned(text_offset, text_alignment) ||
      header->image_size > most_unpacked_bytes) {
    return std::unexpected(ImageError{
        .what = fmt::format("this arm64 kernel's header is damaged: text offset {:#x}, size {:#x}",
                            header->text_offset, header->image_size),
        .hint = "compare the file's checksum with where it comes from",
    });
  }
  GuestKernel kernel;
  kernel.format = KernelFormat::linux_image;
  kernel.text_offset = text_offset;
  kernel.image_size = legacy ? bytes.size() + legacy_room
                             : std::max<std::uint64_t>(header->image_size, bytes.size());
  const std::uint64_t size = bytes.size();
  kernel.segments.push_back({.offset = 0, .bytes = std::move(bytes), .memory_size = size});
  return kernel;
}

}  // namespace serai::tool
