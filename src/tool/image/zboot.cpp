// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <fmt/core.h>

#include "tool/image/file_bytes.hpp"
#include "tool/image/kernel_formats.hpp"

namespace serai::tool {

namespace {

// Offsets of the header's fields.
constexpr std::uint64_t type_at = 4;
constexpr std::uint64_t payload_offset_at = 8;
constexpr std::uint64_t payload_size_at = 12;
constexpr std::uint64_t compression_at = 24;
constexpr std::size_t compression_bytes = 32;

std::string compression_name(const FileBytes& file) {
  const auto field = file.part(compression_at, compression_bytes);
  if (!field) {
    return {};
  }
  const auto end = std::ranges::find(*field, std::byte{});
  std::string name;
  for (auto at = field->begin(); at != end; ++at) {
    const char character = std::to_integer<char>(*at);
    name += character > ' ' && character <= '~' ? character : '?';
  }
  return name;
}

}  // namespace

bool is_zboot(std::span<const std::byte> bytes) {
  const FileBytes file(bytes);
  return file.has(0, "MZ") && file.has(type_at, "zimg");
}

std::expected<ZbootPayload, ImageError> read_zboot(std::span<const std::byte> bytes) {
  const FileBytes file(bytes);
  const std::string name = compression_name(file);
  const auto offset = file.u32(payload_offset_at);
  const auto size = file.u32(payload_size_at);
  const auto payload = offset && size ? file.part(*offset, *size) : std::nullopt;
  if (!payload || payload->empty()) {
    return std::unexpected(ImageError{
        .what = "this EFI zboot kernel is cut off: its payload ends behind the end of the file",
        .hint = "compare the file's size and checksum with where it comes from",
    });
  }
  const Compression* compression = compression_named(name);
  if (compression == nullptr) {
    return std::unexpected(ImageError{
        .what = fmt::format("this EFI zboot kernel is packed with '{}', which is not known", name),
        .hint = "use a kernel packed with gzip, zstd, xz, lzma or lz4, or an unpacked Image",
    });
  }
  auto unpacked = compression->unpack(*payload, most_unpacked_bytes);
  if (!unpacked) {
    return std::unexpected(std::move(unpacked).error());
  }
  return ZbootPayload{.compression = std::string(compression->name), .bytes = *std::move(unpacked)};
}

}  // namespace serai::tool
