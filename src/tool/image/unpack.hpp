// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "tool/image/guest_image.hpp"

namespace serai::tool {

using Bytes = std::vector<std::byte>;

/// No kernel unpacks to more; a file that does is broken or hostile.
inline constexpr std::size_t most_unpacked_bytes = std::size_t{512} << 20;

/// Unpacks a complete stream, at most `limit` bytes of output.
using Unpacker = std::expected<Bytes, ImageError> (*)(std::span<const std::byte>,
                                                      std::size_t limit);

struct Compression {
  std::string_view name;   ///< "gzip", "zstd", ...
  std::string_view magic;  ///< the first bytes of a file, or empty where there are none to tell by
  Unpacker unpack;
};

/// The method that the file's first bytes tell.
const Compression* compression_of(std::span<const std::byte> bytes);

/// The method that an EFI zboot header names; Linux appends levels and variants ("zstd22",
/// "xzkern").
const Compression* compression_named(std::string_view name);

}  // namespace serai::tool
